"""Change records into tables, within one transaction.

Records of one kind are gathered and written in bulk; what a record does depends on what is held for its key,
which is read for many keys at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, cast

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert as upsert

from sightglass.model import Device
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
from sightglass.model.codec import decode, encode
from sightglass.store.edits import edited_alert, edited_device
from sightglass.store.interface import ScopeConflictError, UnknownTargetError
from sightglass.store.kinds import (
    ACTIVITIES,
    ALERTS,
    CONNECTIONS,
    DEVICES,
    FINDINGS,
    SCOPE,
    VALUES,
    Kind,
    scope_of,
)
from sightglass.store.sql.schema import (
    BASELINE,
    DEVICE_ALIAS,
    DEVICE_TAG,
    EDIT,
    FINDINGS_FLOOR,
    SITE,
    SUMMARY,
    TABLES,
    ZONE,
)

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
_KEYS_PER_QUERY = 500  # below SQLite's limit of bound values
_FLUSH_AT = 20_000  # rows held before they are written; bounds memory


@dataclass(slots=True)
class _Held:
    """What is known for a key: in the table, or about to be written."""

    scope: tuple[str, str, str]
    sequence: int
    observed: str
    item: Any = None
    dirty: bool = False
    bumped: bool = False


class Writer:
    """Applies the records of one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Write on this connection, which has begun a transaction."""
        self._connection = connection
        self._pending: dict[str, list[tuple[str, int, Any]]] = {}
        self._floors: dict[tuple[str, str, str, str], int] | None = None
        self.changed = 0

    def apply(self, records: Iterable[Change]) -> int:
        """Write records.

        Returns:
            How many there were; `changed` counts those that changed something.
        """
        total = 0
        for record in records:
            total += 1
            self._HANDLERS[type(record)](self, record)
        for kind in (DEVICES, CONNECTIONS, ACTIVITIES, ALERTS, FINDINGS, VALUES):
            self._flush(kind)
        return total

    # -- rows of the kinds

    def _put(self, kind: Kind[Any], item: object, sequence: int) -> None:
        waiting = self._pending.setdefault(kind.name, [])
        waiting.append((kind.key(item), sequence, item))
        if len(waiting) >= _FLUSH_AT:
            self._flush(kind)

    def _flush(self, kind: Kind[Any]) -> None:
        waiting = self._pending.pop(kind.name, [])
        if not waiting:
            return
        held = self._held(TABLES[kind.name], {key for key, _, _ in waiting})
        for key, sequence, item in waiting:
            self.changed += _fold(kind, held, key, sequence, item)
        edits = self._edits(kind.name, held)
        rows = [_row(kind, key, held[key], edits.get(key, ())) for key in sorted(held) if held[key].dirty]
        self._upsert(TABLES[kind.name], rows)
        bumped = [
            {"key": key, "to": entry.sequence}
            for key, entry in held.items()
            if entry.bumped and not entry.dirty
        ]
        if bumped:
            table = TABLES[kind.name]
            self._connection.execute(
                update(table).where(table.c.id == bindparam("key")).values(sequence=bindparam("to")), bumped
            )
        if kind is DEVICES:
            self._tag({key: entry.item for key, entry in held.items() if entry.dirty})

    def _held(self, table: Table, keys: set[str]) -> dict[str, _Held]:
        if self._connection.execute(select(table.c.id).limit(1)).first() is None:
            return {}
        found: dict[str, _Held] = {}
        for part in _parts(sorted(keys)):
            query = select(table).where(table.c.id.in_(part))
            for row in self._connection.execute(query).mappings():
                scope = (row["site"], row["zone"], row["network"])
                found[row["id"]] = _Held(scope, row["sequence"], row["observed"] or row["payload"])
        return found

    def _edits(self, kind: str, keys: Iterable[str]) -> dict[str, list[Any]]:
        if kind not in {"device", "alert"}:
            return {}
        record: type = DeviceEdited if kind == "device" else AlertEdited
        found: dict[str, list[Any]] = {}
        for part in _parts(sorted(keys)):
            query = select(EDIT.c.target, EDIT.c.payload).where(EDIT.c.kind == kind, EDIT.c.target.in_(part))
            for target, payload in self._connection.execute(query):
                found.setdefault(target, []).append(decode(record, json.loads(payload)))
        return found

    def _upsert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        if rows:
            text, names = _upsert_text(table)
            # The driver's own form: binding 100,000 rows through the compiler takes longer than writing them.
            self._connection.exec_driver_sql(text, [tuple(row[name] for name in names) for row in rows])

    def _tag(self, devices: dict[str, Device]) -> None:
        for part in _parts(sorted(devices)):
            self._connection.execute(delete(DEVICE_TAG).where(DEVICE_TAG.c.id.in_(part)))
        tags = [
            {"id": key, "tag": tag, "value": value}
            for key, device in devices.items()
            for tag, values in DEVICES.tags(device).items()
            for value in dict.fromkeys(values)
        ]
        if tags:
            self._connection.execute(insert(DEVICE_TAG), tags)
        aliases = [{"alias": alias, "id": key} for key, device in devices.items() for alias in device.aliases]
        self._upsert(DEVICE_ALIAS, aliases)

    def _device(self, record: DeviceUpserted) -> None:
        self._put(DEVICES, record.device, record.sequence)

    def _connection_row(self, record: ConnectionUpserted) -> None:
        self._put(CONNECTIONS, record.connection, record.sequence)

    def _activity(self, record: ActivityRolledUp) -> None:
        self._put(ACTIVITIES, record.activity, record.sequence)

    def _value(self, record: ValueRolledUp) -> None:
        self._put(VALUES, record.value, record.sequence)

    def _alert(self, record: AlertRaised) -> None:
        self._put(ALERTS, record.alert, record.sequence)

    def _finding(self, record: FindingUpserted) -> None:
        item = record.finding
        floor = self._floor((item.site, item.zone, item.network, item.device))
        if floor is None or record.sequence >= floor:
            self._put(FINDINGS, item, record.sequence)

    def _floor(self, where: tuple[str, str, str, str]) -> int | None:
        if self._floors is None:
            rows = self._connection.execute(select(FINDINGS_FLOOR)).all()
            self._floors = {(row.site, row.zone, row.network, row.device): row.sequence for row in rows}
        return self._floors.get(where)

    def _findings(self, record: FindingsReplaced) -> None:
        where = (record.site, record.zone, record.network, record.device)
        floor = self._floor(where)
        if floor is not None and record.sequence < floor:
            return
        self._flush(FINDINGS)
        cast("dict[tuple[str, str, str, str], int]", self._floors)[where] = record.sequence
        names = (*SCOPE, "device")
        self._upsert(FINDINGS_FLOOR, [{**dict(zip(names, where, strict=True)), "sequence": record.sequence}])
        table = TABLES["finding"]
        stale = (
            *(table.c[name] == value for name, value in zip(names, where, strict=True)),
            table.c.sequence <= record.sequence,
        )
        held = {row.id for row in self._connection.execute(select(table.c.id).where(*stale))}
        gone = sorted(held - {finding.id for finding in record.findings})
        for part in _parts(gone):
            self._connection.execute(delete(table).where(table.c.id.in_(part)))
        before = self.changed
        for finding in record.findings:
            self._put(FINDINGS, finding, record.sequence)
        self._flush(FINDINGS)
        self.changed = before + bool(gone or self.changed > before)

    # -- edits

    def _edit(self, kind: Kind[Any], target: str, edit: str, record: DeviceEdited | AlertEdited) -> None:
        self._flush(kind)
        table = TABLES[kind.name]
        row = self._connection.execute(select(table).where(table.c.id == target)).mappings().first()
        if row is None:
            raise UnknownTargetError(f"no {kind.name} {target}")
        payload = _text(record)
        where = (EDIT.c.kind == kind.name, EDIT.c.target == target, EDIT.c.edit == edit)
        if self._connection.execute(select(EDIT.c.payload).where(*where)).scalar() == payload:
            return
        self._upsert(EDIT, [{"kind": kind.name, "target": target, "edit": edit, "payload": payload}])
        observed = row["observed"] or row["payload"]
        scope = tuple(row[name] for name in SCOPE)
        entry = _Held(cast("Any", scope), row["sequence"], observed, decode(kind.model, json.loads(observed)))
        edits = self._edits(kind.name, [target])[target]
        self._upsert(table, [_row(kind, target, entry, edits)])
        if kind is DEVICES:
            self._tag({target: entry.item})
        self.changed += 1

    def _edit_device(self, record: DeviceEdited) -> None:
        self._edit(DEVICES, record.device, record.edit, record)

    def _edit_alert(self, record: AlertEdited) -> None:
        self._edit(ALERTS, record.alert, record.edit, record)

    # -- the rest, few rows each

    def _replace(self, table: Table, key: dict[str, str], sequence: int, item: object) -> None:
        where = [table.c[name] == value for name, value in key.items()]
        known = self._connection.execute(select(table.c.sequence, table.c.payload).where(*where)).first()
        payload = _text(item)
        if known is not None and (sequence < known.sequence or known.payload == payload):
            return
        self._upsert(table, [{**key, "sequence": sequence, "payload": payload}])
        self.changed += 1

    def _summary(self, record: SummaryReplaced) -> None:
        item = record.summary
        self._replace(SUMMARY, {"site": item.site, "zone": item.zone}, record.sequence, item)

    def _site(self, record: SiteUpserted) -> None:
        self._replace(SITE, {"site": record.site.name}, record.sequence, record.site)

    def _zone(self, record: ZoneUpserted) -> None:
        item = record.zone
        self._replace(ZONE, {"site": item.site, "zone": item.name}, record.sequence, item)

    def _learn(self, record: BaselineLearned) -> None:
        key = {name: getattr(record, name) for name in SCOPE}
        key |= {"baseline": record.baseline, "key": json.dumps(record.key, ensure_ascii=False)}
        where = [BASELINE.c[name] == value for name, value in key.items()]
        known = self._connection.execute(select(BASELINE.c.first_seen).where(*where)).scalar()
        if known is not None and known <= record.first_seen_ns:
            return
        self._upsert(BASELINE, [{**key, "first_seen": record.first_seen_ns, "actor": record.actor}])
        self.changed += 1

    _HANDLERS: ClassVar[dict[type, Callable[[Any, Any], None]]] = {
        ActivityRolledUp: _activity,
        AlertEdited: _edit_alert,
        AlertRaised: _alert,
        BaselineLearned: _learn,
        ConnectionUpserted: _connection_row,
        DeviceEdited: _edit_device,
        DeviceUpserted: _device,
        FindingUpserted: _finding,
        FindingsReplaced: _findings,
        SiteUpserted: _site,
        SummaryReplaced: _summary,
        ValueRolledUp: _value,
        ZoneUpserted: _zone,
    }


@cache
def _upsert_text(table: Table) -> tuple[str, tuple[str, ...]]:
    """Statement that inserts or replaces a row, and the columns in the order it binds them."""
    statement = upsert(table)
    key = [column.name for column in table.primary_key]
    new = {column.name: statement.excluded[column.name] for column in table.columns if column.name not in key}
    compiled = statement.on_conflict_do_update(index_elements=key, set_=new).compile(dialect=sqlite.dialect())
    return str(compiled), tuple(compiled.positiontup or ())


def _fold(
    kind: Kind[Any],
    held: dict[str, _Held],
    key: str,
    sequence: int,
    item: Any,
) -> bool:
    """Decide what one record does to what is held; the same rules as in the memory store."""
    observed, scope = _text(item), scope_of(item)
    known = held.get(key)
    if known is None:
        held[key] = _Held(scope, sequence, observed, item, dirty=True)
        return True
    if known.scope != scope:
        raise ScopeConflictError(f"{kind.name} {key} belongs to another scope")
    if known.observed == observed:
        known.bumped = known.bumped or sequence > known.sequence
        known.sequence = max(known.sequence, sequence)
        return False
    if sequence < known.sequence:
        return False
    held[key] = _Held(scope, sequence, observed, item, dirty=True)
    return True


def _row(kind: Kind[Any], key: str, entry: _Held, edits: Iterable[Any]) -> dict[str, Any]:
    edits = tuple(edits)
    shown = entry.item
    if edits:
        shown = edited_device(shown, edits) if isinstance(shown, Device) else edited_alert(shown, edits)
        entry.item = shown
    return {
        **dict(zip(SCOPE, entry.scope, strict=True)),
        **kind.row(shown),
        "id": key,
        "sequence": entry.sequence,
        "search": kind.search(shown).casefold(),
        "payload": _text(shown) if edits else entry.observed,
        "observed": entry.observed if edits else None,
    }


def _text(item: object) -> str:
    return _JSON.encode(encode(item))


def _parts(keys: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), _KEYS_PER_QUERY):
        yield keys[start : start + _KEYS_PER_QUERY]
