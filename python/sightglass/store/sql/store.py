"""A `Store` on a database file."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Self, TypeVar

from sqlalchemy import Engine, RowMapping, func, select

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
from sightglass.model.changes import BaselineLearned, Change
from sightglass.model.codec import decode
from sightglass.store.conditions import Scalar
from sightglass.store.edits import learned_from
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
    ReadOnlyError,
    Related,
    StateFileError,
    Traffic,
    check_traffic_keys,
)
from sightglass.store.kinds import (
    ACTIVITIES,
    ALERTS,
    CONNECTIONS,
    DEVICES,
    FINDINGS,
    VALUES,
    Kind,
    cursor_of,
    kind_of,
    sort_of,
    worst,
)
from sightglass.store.page import BadQueryError, Cursor, Page, PageRequest
from sightglass.store.sql.database import (
    WriterLock,
    check_version,
    migrate,
    open_reader,
    open_writer,
)
from sightglass.store.sql.query import after, matching, order
from sightglass.store.sql.schema import (
    BASELINE,
    DEVICE_ALIAS,
    DEVICE_TAG,
    META,
    SITE,
    SUMMARY,
    TABLES,
    ZONE,
)
from sightglass.store.sql.writer import Writer

T = TypeVar("T")
_ROWS_AT_ONCE = 1000  # read ahead of one who iterates


class SqlStore:
    """Plant state in a SQLite file; a context manager that closes it."""

    def __init__(self, reader: Engine, writer: Engine | None = None, lock: WriterLock | None = None) -> None:
        """Use engines; call `open_for_writing` or `open_for_reading` instead.

        Args:
            reader: For queries.
            writer: For `apply`, one connection; None for a store to read only.
            lock: Held while `writer` is open.
        """
        self._reader = reader
        self._writer = writer
        self._lock = lock
        self._writing = Lock()

    @classmethod
    def open_for_writing(cls, path: Path) -> Self:
        """Open or create a file and bring its schema to this release's version.

        Raises:
            StateFileError: When it is no state file, or another process writes it.
        """
        lock = WriterLock(path)
        writer = open_writer(path)
        try:
            migrate(writer)
        except BaseException:
            writer.dispose()
            lock.release()
            raise
        return cls(open_reader(path), writer, lock)

    @classmethod
    def open_for_reading(cls, path: Path) -> Self:
        """Open a file that may be on a read-only medium.

        Raises:
            StateFileError: When it is missing, no state file, or of another release.
        """
        if not path.is_file():
            raise StateFileError(f"no state file at {path}")
        reader = open_reader(path)
        try:
            check_version(reader)
        except BaseException:
            reader.dispose()
            raise
        return cls(reader)

    def __enter__(self) -> Self:
        """Give the store."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close; a written file is left as one file that can be copied and read anywhere."""
        self._reader.dispose()
        if self._writer is not None and self._lock is not None:
            raw = self._writer.raw_connection()
            cursor = raw.cursor()
            cursor.execute("PRAGMA optimize")
            cursor.execute("PRAGMA journal_mode=DELETE")
            cursor.close()
            raw.close()
            self._writer.dispose()
            self._lock.release()
            self._writer = self._lock = None

    # -- writing

    @property
    def writable(self) -> bool:
        """Whether `apply` is possible."""
        return self._writer is not None

    @property
    def revision(self) -> int:
        """Number that rises with every `apply` that changed something."""
        with self._reader.begin() as connection:
            found = connection.execute(select(META.c.value).where(META.c.name == "revision")).scalar()
        return int(found or 0)

    def apply(self, records: Iterable[Change]) -> Applied:
        """Write change records in one transaction."""
        if self._writer is None:
            raise ReadOnlyError("this store is open for reading only")
        with self._writing, self._writer.begin() as connection:
            writer = Writer(connection)
            total = writer.apply(records)
            if writer.changed:
                connection.exec_driver_sql(
                    "INSERT INTO meta (name, value) VALUES ('revision', 1) "
                    "ON CONFLICT (name) DO UPDATE SET value = value + 1"
                )
        return Applied(writer.changed, total - writer.changed)

    # -- reading

    def devices(self, where: DeviceFilter, page: PageRequest) -> Page[Device]:
        """Devices, by name unless asked otherwise."""
        return self._find(DEVICES, where, page)

    def device(self, device_id: str) -> Device | None:
        """The device with this id, also by the id of one that was merged into it."""
        found = self._one(DEVICES, device_id)
        if found is None:
            with self._reader.begin() as connection:
                query = select(DEVICE_ALIAS.c.id).where(DEVICE_ALIAS.c.alias == device_id)
                target = connection.execute(query).scalar()
            found = self._one(DEVICES, target) if target else None
        return found

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
        return self._one(ALERTS, alert_id)

    def findings(self, where: FindingFilter, page: PageRequest) -> Page[Finding]:
        """Findings, highest score first."""
        return self._find(FINDINGS, where, page)

    def values(self, where: ValueFilter, page: PageRequest) -> Page[ProcessValue]:
        """Process values, by server."""
        return self._find(VALUES, where, page)

    def traffic(self, where: ConnectionFilter, by: tuple[str, ...]) -> Mapping[tuple[Scalar, ...], Traffic]:
        """Add connections up."""
        check_traffic_keys(by)
        table = TABLES["connection"]
        keys = [table.c[name] for name in by]
        sums = (func.count(), func.sum(table.c.packets), func.sum(table.c.bytes))
        ends = (func.min(table.c.first_seen), func.max(table.c.last_seen))
        query = matching(table, where.conditions()).add_columns(*keys, *sums, *ends).group_by(*keys)
        with self._reader.begin() as connection:
            rows = connection.execute(query).all()
        # Without keys SQL gives one row even when nothing matches; its sums are empty.
        return {tuple(row[: len(by)]): Traffic(*row[len(by) :]) for row in rows if row[len(by)]}

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

    def related(self, device_ids: Iterable[str]) -> Mapping[str, Related]:
        """What refers to these devices."""
        wanted = set(device_ids)
        alerts: dict[str, Counter[str]] = defaultdict(Counter)
        findings: dict[str, Counter[str]] = defaultdict(Counter)
        alert, finding = TABLES["alert"].c, TABLES["finding"].c
        ends = select(alert.source, alert.destination, alert.severity, func.count()).where(alert.open == 1)
        with self._reader.begin() as connection:
            for source, destination, severity, count in connection.execute(
                ends.group_by(alert.source, alert.destination, alert.severity)
            ):
                for device in {source, destination} & wanted:
                    alerts[device][severity] += count
            query = select(finding.device, finding.severity, func.count())
            for device, severity, count in connection.execute(
                query.group_by(finding.device, finding.severity)
            ):
                if device in wanted:
                    findings[device][severity] += count
        return {
            device: Related(
                alerts[device].total(),
                worst(alerts[device]),
                findings[device].total(),
                worst(findings[device]),
            )
            for device in {*alerts, *findings}
            if device
        }

    def group(self, where: Filter, field: str) -> Mapping[str | int | float, int]:
        """Count rows per value of a column or of a list-valued field."""
        kind = kind_of(where)
        table = TABLES[kind.name]
        rows = matching(table, where.conditions())
        if field in kind.columns:
            query = rows.add_columns(table.c[field], func.count()).group_by(table.c[field])
        elif field in kind.tag_names:
            query = (
                rows.add_columns(DEVICE_TAG.c.value, func.count())
                .join(DEVICE_TAG, DEVICE_TAG.c.id == table.c.id)
                .where(DEVICE_TAG.c.tag == field)
                .group_by(DEVICE_TAG.c.value)
            )
        else:
            raise BadQueryError(f"{kind.name} has no field {field[:64]!r}")
        with self._reader.begin() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def summaries(self) -> tuple[Summary, ...]:
        """Totals of each scope, by (site, zone)."""
        query = select(SUMMARY.c.payload).order_by(SUMMARY.c.site, SUMMARY.c.zone)
        return tuple(decode(Summary, json.loads(row["payload"])) for row in self._rows(query))

    def sites(self) -> tuple[Site, ...]:
        """Sites by name."""
        query = select(SITE.c.payload).order_by(SITE.c.site)
        return tuple(decode(Site, json.loads(row["payload"])) for row in self._rows(query))

    def zones(self) -> tuple[Zone, ...]:
        """Zones by (site, name)."""
        query = select(ZONE.c.payload).order_by(ZONE.c.site, ZONE.c.zone)
        return tuple(decode(Zone, json.loads(row["payload"])) for row in self._rows(query))

    def baseline(self) -> Iterator[BaselineLearned]:
        """What is normal, what operators learned included."""
        found: dict[tuple[str, str, str, str, tuple[str, ...]], BaselineLearned] = {}
        for row in self._rows(select(BASELINE)):
            key = tuple(json.loads(row["key"]))
            scope = (row["site"], row["zone"], row["network"])
            found[(*scope, row["baseline"], key)] = BaselineLearned(
                *scope, row["baseline"], key, row["first_seen"], row["actor"]
            )
        for alert in self.each_alert(AlertFilter(status=(AlertStatus.LEARNED,))):
            for entry in learned_from(alert):
                found.setdefault((entry.site, entry.zone, entry.network, entry.baseline, entry.key), entry)
        return iter([found[key] for key in sorted(found)])

    def _rows(self, query: Any) -> list[RowMapping]:
        with self._reader.begin() as connection:
            return list(connection.execute(query).mappings())

    def _one(self, kind: Kind[T], key: str) -> T | None:
        table = TABLES[kind.name]
        rows = self._rows(select(table.c.payload).where(table.c.id == key))
        return decode(kind.model, json.loads(rows[0]["payload"])) if rows else None

    def _find(self, kind: Kind[T], where: Filter, page: PageRequest) -> Page[T]:
        name, column, falling = sort_of(kind, page.sort)
        cursor = cursor_of(page, name, kind.columns[column])
        table = TABLES[kind.name]
        rows = matching(table, where.conditions())
        query = rows.add_columns(table.c.payload, table.c.id, table.c[column].label("sorted_by"))
        if cursor is not None:
            query = query.where(after(table, column, cursor, falling=falling))
        query = query.order_by(*order(table, column, falling=falling)).limit(page.limit + 1)
        with self._reader.begin() as connection:
            total = connection.execute(rows.add_columns(func.count())).scalar_one()
            found = connection.execute(query).all()
        shown = found[: page.limit]
        more = Cursor(name, shown[-1].sorted_by, shown[-1].id).encode() if len(found) > len(shown) else None
        return Page(tuple(decode(kind.model, json.loads(row.payload)) for row in shown), more, total)

    def _each(self, kind: Kind[T], where: Filter, sort: str) -> Iterator[T]:
        _, column, falling = sort_of(kind, sort)
        table = TABLES[kind.name]
        query = matching(table, where.conditions()).add_columns(table.c.payload)
        return self._stream(kind, query.order_by(*order(table, column, falling=falling)))

    def _stream(self, kind: Kind[T], query: Any) -> Iterator[T]:
        with self._reader.connect() as connection:
            rows = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(query)
            for row in rows:
                yield decode(kind.model, json.loads(row.payload))
