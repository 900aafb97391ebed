"""Plant state in memory: for one analysis, and as the yardstick of the SQL store."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Generic, TypeVar, cast

from sightglass.model import (
    Activity,
    Alert,
    AlertStatus,
    Connection,
    Device,
    Finding,
    ProcessValue,
    Site,
    Summary,
    Zone,
)
from sightglass.model.changes import (
    ActivityRolledUp,
    AlertEdited,
    AlertRaised,
    BaselineLearned,
    Change,
    ConnectionUpserted,
    DeviceEdited,
    DeviceUpserted,
    FindingsReplaced,
    FindingUpserted,
    SiteUpserted,
    SummaryReplaced,
    ValueRolledUp,
    ZoneUpserted,
)
from sightglass.store.conditions import AtLeast, Condition, Contains, OneOf, Scalar, Tagged
from sightglass.store.edits import edited_alert, edited_device, learned_from
from sightglass.store.filters import (
    ActivityFilter,
    AlertFilter,
    ConnectionFilter,
    DeviceFilter,
    Filter,
    FindingFilter,
    ValueFilter,
)
from sightglass.store.interface import (
    Applied,
    Related,
    ScopeConflictError,
    Traffic,
    UnknownTargetError,
    check_traffic_keys,
)
from sightglass.store.kinds import (
    ACTIVITIES,
    ALERTS,
    CONNECTIONS,
    DEVICES,
    FINDINGS,
    KINDS,
    SCOPE,
    VALUES,
    Kind,
    cursor_of,
    kind_of,
    scope_of,
    sort_of,
    worst,
)
from sightglass.store.page import BadQueryError, Cursor, Page, PageRequest

T = TypeVar("T")


@dataclass(slots=True)
class _Entry(Generic[T]):
    """One row; columns are made when somebody filters."""

    sequence: int
    observed: T
    item: T
    columns: dict[str, Scalar] | None = None
    search: str | None = None


class _Table(Generic[T]):
    """All rows of one kind by their key."""

    def __init__(self, kind: Kind[T]) -> None:
        self.kind = kind
        self.entries: dict[str, _Entry[T]] = {}

    def put(self, key: str, observed: T, item: T, sequence: int) -> bool:
        known = self.entries.get(key)
        if known is not None and scope_of(known.observed) != scope_of(observed):
            raise ScopeConflictError(f"{self.kind.name} {key} belongs to another scope")
        if known is not None and known.observed == observed:
            known.sequence = max(known.sequence, sequence)
            return False
        if known is not None and sequence < known.sequence:
            return False
        self.entries[key] = _Entry(sequence, observed, item)
        return True

    def columns(self, entry: _Entry[T]) -> dict[str, Scalar]:
        if entry.columns is None:
            scope = dict(zip(SCOPE, scope_of(entry.item), strict=True))
            entry.columns = {**scope, **self.kind.row(entry.item)}
        return entry.columns

    def matches(self, entry: _Entry[T], condition: Condition, related: Mapping[str, Related]) -> bool:
        match condition:
            case OneOf(columns, values):
                row = self.columns(entry)
                return any(row[column] in values for column in columns)
            case AtLeast(column, value):
                return cast("float", self.columns(entry)[column]) >= cast("float", value)
            case Contains(text):
                if entry.search is None:
                    entry.search = self.kind.search(entry.item).casefold()
                return text.casefold() in entry.search
            case Tagged(tag, values):
                return not set(values).isdisjoint(self.kind.tags(entry.item)[tag])
            case _:
                found = related.get(self.kind.key(entry.item), Related())
                has = found.alerts if condition.kind == "alert" else found.findings
                return bool(has) is condition.wanted


class MemoryStore:
    """A `Store` that is gone with the process."""

    def __init__(self) -> None:
        """Start empty."""
        self._tables: dict[str, _Table[Any]] = {kind.name: _Table(kind) for kind in KINDS}
        self._device_edits: dict[str, dict[str, DeviceEdited]] = defaultdict(dict)
        self._alert_edits: dict[str, dict[str, AlertEdited]] = defaultdict(dict)
        self._findings_floor: dict[tuple[str, str, str, str], int] = {}
        self._summaries: dict[tuple[str, str], tuple[int, Summary]] = {}
        self._sites: dict[str, tuple[int, Site]] = {}
        self._zones: dict[tuple[str, str], tuple[int, Zone]] = {}
        self._baseline: dict[tuple[str, str, str, str, tuple[str, ...]], BaselineLearned] = {}
        self._aliases: dict[str, str] = {}
        self._revision = 0
        self._related: tuple[int, dict[str, Related]] = (-1, {})

    @property
    def revision(self) -> int:
        """Number that rises with every `apply` that changed something."""
        return self._revision

    @property
    def writable(self) -> bool:
        """Always."""
        return True

    # -- writing

    def apply(self, records: Iterable[Change]) -> Applied:
        """Write change records, all or none."""
        batch = list(records)
        self._check_targets(batch)
        changed = sum(self._apply_one(record) for record in batch)
        self._revision += bool(changed)
        return Applied(changed, len(batch) - changed)

    def _check_targets(self, batch: list[Change]) -> None:
        devices, alerts = set(self._tables["device"].entries), set(self._tables["alert"].entries)
        for record in batch:
            match record:
                case DeviceUpserted(device):
                    devices.add(device.id)
                case AlertRaised(alert):
                    alerts.add(alert.id)
                case DeviceEdited(device_id) if device_id not in devices:
                    raise UnknownTargetError(f"no device {device_id}")
                case AlertEdited(alert_id) if alert_id not in alerts:
                    raise UnknownTargetError(f"no alert {alert_id}")
                case _:
                    pass

    def _apply_one(self, record: Change) -> bool:
        handler = cast("Callable[[Any], bool]", self._HANDLERS[type(record)].__get__(self))
        return handler(record)

    def _put_device(self, record: DeviceUpserted) -> bool:
        observed = record.device
        item = edited_device(observed, self._device_edits[observed.id].values())
        self._aliases.update(dict.fromkeys(observed.aliases, observed.id))
        return self._tables["device"].put(observed.id, observed, item, record.sequence)

    def _put_alert(self, record: AlertRaised) -> bool:
        raised = record.alert
        item = edited_alert(raised, self._alert_edits[raised.id].values())
        return self._tables["alert"].put(raised.id, raised, item, record.sequence)

    def _put_connection(self, record: ConnectionUpserted) -> bool:
        item = record.connection
        return self._tables["connection"].put(item.id, item, item, record.sequence)

    def _put_activity(self, record: ActivityRolledUp) -> bool:
        item = record.activity
        return self._tables["activity"].put(item.id, item, item, record.sequence)

    def _put_value(self, record: ValueRolledUp) -> bool:
        item = record.value
        return self._tables["value"].put(item.id, item, item, record.sequence)

    def _put_finding(self, record: FindingUpserted) -> bool:
        item = record.finding
        floor = self._findings_floor.get((item.site, item.zone, item.network, item.device))
        if floor is not None and record.sequence < floor:
            return False
        return self._tables["finding"].put(item.id, item, item, record.sequence)

    def _replace_findings(self, record: FindingsReplaced) -> bool:
        where = (record.site, record.zone, record.network, record.device)
        if record.sequence < self._findings_floor.get(where, record.sequence):
            return False
        self._findings_floor[where] = record.sequence
        entries, keep = self._tables["finding"].entries, {finding.id for finding in record.findings}
        gone = [
            key
            for key, entry in entries.items()
            if (entry.item.site, entry.item.zone, entry.item.network, entry.item.device) == where
            and key not in keep
            and entry.sequence <= record.sequence
        ]
        for key in gone:
            del entries[key]
        put = self._tables["finding"].put
        changed = sum(put(item.id, item, item, record.sequence) for item in record.findings)
        return bool(gone or changed)

    def _put_summary(self, record: SummaryReplaced) -> bool:
        return _put(
            self._summaries, (record.summary.site, record.summary.zone), record.sequence, record.summary
        )

    def _put_site(self, record: SiteUpserted) -> bool:
        return _put(self._sites, record.site.name, record.sequence, record.site)

    def _put_zone(self, record: ZoneUpserted) -> bool:
        return _put(self._zones, (record.zone.site, record.zone.name), record.sequence, record.zone)

    def _learn(self, record: BaselineLearned) -> bool:
        key = _baseline_key(record)
        known = self._baseline.get(key)
        if known is not None and known.first_seen_ns <= record.first_seen_ns:
            return False
        self._baseline[key] = replace(record, sequence=0)
        return True

    def _edit_device(self, record: DeviceEdited) -> bool:
        edits, entry = self._device_edits[record.device], self._tables["device"].entries[record.device]
        if edits.get(record.edit) == record:
            return False
        edits[record.edit] = record
        item = edited_device(entry.observed, edits.values())
        self._tables["device"].entries[record.device] = _Entry(entry.sequence, entry.observed, item)
        return True

    def _edit_alert(self, record: AlertEdited) -> bool:
        edits, entry = self._alert_edits[record.alert], self._tables["alert"].entries[record.alert]
        if edits.get(record.edit) == record:
            return False
        edits[record.edit] = record
        item = edited_alert(entry.observed, edits.values())
        self._tables["alert"].entries[record.alert] = _Entry(entry.sequence, entry.observed, item)
        return True

    _HANDLERS: ClassVar[dict[type, Callable[..., bool]]] = {
        ActivityRolledUp: _put_activity,
        AlertEdited: _edit_alert,
        AlertRaised: _put_alert,
        BaselineLearned: _learn,
        ConnectionUpserted: _put_connection,
        DeviceEdited: _edit_device,
        DeviceUpserted: _put_device,
        FindingUpserted: _put_finding,
        FindingsReplaced: _replace_findings,
        SiteUpserted: _put_site,
        SummaryReplaced: _put_summary,
        ValueRolledUp: _put_value,
        ZoneUpserted: _put_zone,
    }

    # -- reading

    def devices(self, where: DeviceFilter, page: PageRequest) -> Page[Device]:
        """Devices, by name unless asked otherwise."""
        return self._find(DEVICES, where, page)

    def device(self, device_id: str) -> Device | None:
        """The device with this id, also by the id of one that was merged into it."""
        entries = self._tables["device"].entries
        entry = entries.get(device_id) or entries.get(self._aliases.get(device_id, ""))
        return entry.item if entry else None

    def connections(self, where: ConnectionFilter, page: PageRequest) -> Page[Connection]:
        """Connections, most bytes first."""
        return self._find(CONNECTIONS, where, page)

    def activities(self, where: ActivityFilter, page: PageRequest) -> Page[Activity]:
        """Activities, most frequent first."""
        return self._find(ACTIVITIES, where, page)

    def alerts(self, where: AlertFilter, page: PageRequest) -> Page[Alert]:
        """Alerts, worst first."""
        return self._find(ALERTS, where, page)

    def alert(self, alert_id: str) -> Alert | None:
        """The alert with this id."""
        entry = self._tables["alert"].entries.get(alert_id)
        return entry.item if entry else None

    def findings(self, where: FindingFilter, page: PageRequest) -> Page[Finding]:
        """Findings, highest score first."""
        return self._find(FINDINGS, where, page)

    def values(self, where: ValueFilter, page: PageRequest) -> Page[ProcessValue]:
        """Process values, by server."""
        return self._find(VALUES, where, page)

    def related(self, device_ids: Iterable[str]) -> Mapping[str, Related]:
        """What refers to these devices."""
        every = self._all_related()
        return {device_id: every[device_id] for device_id in device_ids if device_id in every}

    def group(self, where: Filter, field: str) -> Mapping[str | int | float, int]:
        """Count rows per value of a column or of a list-valued field."""
        kind = kind_of(where)
        table = self._tables[kind.name]
        counts: Counter[str | int | float] = Counter()
        if field in kind.columns:
            counts.update(table.columns(entry)[field] for entry in self._matching(kind, where))
        elif field in kind.tag_names:
            for entry in self._matching(kind, where):
                counts.update(set(kind.tags(entry.item)[field]))
        else:
            raise BadQueryError(f"{kind.name} has no field {field[:64]!r}")
        return counts

    def traffic(self, where: ConnectionFilter, by: tuple[str, ...]) -> Mapping[tuple[Scalar, ...], Traffic]:
        """Add connections up."""
        check_traffic_keys(by)
        table: _Table[Connection] = self._tables["connection"]
        found: dict[tuple[Scalar, ...], Traffic] = {}
        for entry in self._matching(CONNECTIONS, where):
            row, item = table.columns(entry), entry.item
            key = tuple(row[name] for name in by)
            part = Traffic(1, item.packets, item.bytes, item.first_seen_ns, item.last_seen_ns)
            found[key] = found[key] + part if key in found else part
        return found

    def each_device(self, where: DeviceFilter, sort: str = "") -> Iterator[Device]:
        """All rows of `devices` one after another."""
        return self._each(DEVICES, where, sort)

    def each_connection(self, where: ConnectionFilter, sort: str = "") -> Iterator[Connection]:
        """All rows of `connections` one after another."""
        return self._each(CONNECTIONS, where, sort)

    def each_activity(self, where: ActivityFilter, sort: str = "") -> Iterator[Activity]:
        """All rows of `activities` one after another."""
        return self._each(ACTIVITIES, where, sort)

    def each_alert(self, where: AlertFilter, sort: str = "") -> Iterator[Alert]:
        """All rows of `alerts` one after another."""
        return self._each(ALERTS, where, sort)

    def each_finding(self, where: FindingFilter, sort: str = "") -> Iterator[Finding]:
        """All rows of `findings` one after another."""
        return self._each(FINDINGS, where, sort)

    def each_value(self, where: ValueFilter, sort: str = "") -> Iterator[ProcessValue]:
        """All rows of `values` one after another."""
        return self._each(VALUES, where, sort)

    def summaries(self) -> tuple[Summary, ...]:
        """Totals of each scope, by (site, zone)."""
        return tuple(self._summaries[key][1] for key in sorted(self._summaries))

    def sites(self) -> tuple[Site, ...]:
        """Sites by name."""
        return tuple(self._sites[key][1] for key in sorted(self._sites))

    def zones(self) -> tuple[Zone, ...]:
        """Zones by (site, name)."""
        return tuple(self._zones[key][1] for key in sorted(self._zones))

    def baseline(self) -> Iterator[BaselineLearned]:
        """What is normal, what operators learned included."""
        found = dict(self._baseline)
        for alert in self.each_alert(AlertFilter(status=(AlertStatus.LEARNED,))):
            for entry in learned_from(alert):
                found.setdefault(_baseline_key(entry), entry)
        return iter([found[key] for key in sorted(found)])

    def _matching(self, kind: Kind[T], where: Filter) -> Iterator[_Entry[T]]:
        table: _Table[T] = self._tables[kind.name]
        conditions = tuple(where.conditions())
        related = self._all_related() if kind is DEVICES else {}
        for entry in table.entries.values():
            if all(table.matches(entry, condition, related) for condition in conditions):
                yield entry

    def _each(self, kind: Kind[T], where: Filter, sort: str) -> Iterator[T]:
        return iter([entry.item for _, _, entry in self._sorted(kind, where, sort)])

    def _sorted(self, kind: Kind[T], where: Filter, sort: str) -> list[tuple[Scalar, str, _Entry[T]]]:
        _, column, falling = sort_of(kind, sort)
        table: _Table[T] = self._tables[kind.name]
        rows = [
            (table.columns(entry)[column], kind.key(entry.item), entry)
            for entry in self._matching(kind, where)
        ]
        rows.sort(key=lambda row: row[1])
        rows.sort(key=lambda row: row[0], reverse=falling)  # stable, so keys stay rising
        return rows

    def _find(self, kind: Kind[T], where: Filter, page: PageRequest) -> Page[T]:
        name, column, falling = sort_of(kind, page.sort)
        after = cursor_of(page, name, kind.columns[column])
        rows = self._sorted(kind, where, page.sort)
        total = len(rows)
        if after is not None:
            rows = [row for row in rows if _is_after(row[0], row[1], after, falling=falling)]
        shown = rows[: page.limit]
        more = Cursor(name, shown[-1][0], shown[-1][1]).encode() if len(rows) > len(shown) else None
        return Page(tuple(entry.item for _, _, entry in shown), more, total)

    def _all_related(self) -> dict[str, Related]:
        if self._related[0] != self._revision:
            self._related = (self._revision, self._count_related())
        return self._related[1]

    def _count_related(self) -> dict[str, Related]:
        alerts: dict[str, list[str]] = defaultdict(list)
        findings: dict[str, list[str]] = defaultdict(list)
        for entry in self._tables["alert"].entries.values():
            if entry.item.status.is_open:
                for device in {entry.item.source, entry.item.destination} - {""}:
                    alerts[device].append(entry.item.severity.value)
        for entry in self._tables["finding"].entries.values():
            findings[entry.item.device].append(entry.item.severity)
        return {
            device: Related(
                len(alerts[device]), worst(alerts[device]), len(findings[device]), worst(findings[device])
            )
            for device in {*alerts, *findings}
        }


def _put(table: dict[Any, tuple[int, Any]], key: object, sequence: int, value: object) -> bool:
    known = table.get(key)
    if known is not None and (sequence < known[0] or known[1] == value):
        return False
    table[key] = (sequence, value)
    return True


def _baseline_key(record: BaselineLearned) -> tuple[str, str, str, str, tuple[str, ...]]:
    return (record.site, record.zone, record.network, record.baseline, record.key)


def _is_after(value: Scalar, key: str, cursor: Cursor, *, falling: bool) -> bool:
    if value == cursor.value:
        return key > cursor.key
    return (value < cursor.value) if falling else (value > cursor.value)  # type: ignore[operator]  # same column
