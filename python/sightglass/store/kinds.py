"""The kinds of rows a store keeps: their columns, order and search text, said once for memory and SQL.

A row's columns are what it is filtered and sorted by; the value itself travels beside them. Columns are never
empty (an unknown level or score is -1), so that both stores sort alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from sightglass.model import (
    Activity,
    Alert,
    Confidence,
    Connection,
    Device,
    Engine,
    Finding,
    ProcessValue,
    Severity,
)
from sightglass.model.address import ip_key
from sightglass.store.conditions import Scalar
from sightglass.store.filters import (
    ActivityFilter,
    AlertFilter,
    ConnectionFilter,
    DeviceFilter,
    Filter,
    FindingFilter,
    ValueFilter,
)
from sightglass.store.page import BadQueryError, Cursor, PageRequest

T = TypeVar("T")

_SEVERITY_RANK = {"none": 0, **{severity.value: severity.rank + 1 for severity in Severity}}


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """One kind of rows.

    Attributes:
        columns: Column name to its type.
        row: The columns' values of one item.
        search: Text that a search looks through.
        tags: List-valued fields by name.
        sorts: Public sort name to column.
        default_sort: Public sort name, ``-`` for falling.
    """

    name: str
    model: type[T]
    columns: Mapping[str, type]
    row: Callable[[T], dict[str, Scalar]]
    key: Callable[[T], str]
    search: Callable[[T], str]
    sorts: Mapping[str, str]
    default_sort: str
    tags: Callable[[T], dict[str, tuple[str, ...]]] = lambda _item: {}
    tag_names: tuple[str, ...] = ()


def _ip_text(address: str) -> str:
    """Address as text whose order is the order of addresses."""
    version, number, text = ip_key(address)
    return f"{version}{number:039d}{text}"


def _level(level: float | None) -> float:
    return -1.0 if level is None else float(level)


SCOPE = ("site", "zone", "network")


def scope_of(item: object) -> tuple[str, str, str]:
    """Site, zone and network of any kind of item."""
    found = cast("Any", item)
    return (found.site, found.zone, found.network)


def _device_row(item: Device) -> dict[str, Scalar]:
    return {
        "kind": item.kind.value,
        "name": item.name.casefold(),
        "type": item.type,
        "vendor": item.vendor,
        "model": item.model,
        "firmware": item.firmware,
        "purdue_level": _level(item.purdue_level),
        "important": int(item.important),
        "authorized": int(item.authorized),
        "risk": item.risk,
        "bytes": item.bytes,
        "packets": item.packets,
        "address": _ip_text(item.address),
        "first_seen": item.first_seen_ns,
        "last_seen": item.last_seen_ns,
    }


def _device_search(item: Device) -> str:
    modules = (text for part in item.modules for text in (part.vendor, part.model, part.serial, part.name))
    words = (item.name, item.type, item.vendor, item.model, item.firmware, item.serial, item.order_number)
    more = (item.hostname, item.os, item.description, item.location, item.id)
    return "\n".join((*words, *more, *item.ips, *item.macs, *item.roles, *item.protocols, *modules))


def _connection_row(item: Connection) -> dict[str, Scalar]:
    return {
        "client": item.client,
        "server": item.server,
        "client_address": _ip_text(item.client_address),
        "server_address": _ip_text(item.server_address),
        "transport": item.transport,
        "port": item.port,
        "protocol": item.protocol,
        "recognised_by": item.recognised_by,
        "packets": item.packets,
        "bytes": item.bytes,
        "first_seen": item.first_seen_ns,
        "last_seen": item.last_seen_ns,
    }


def _activity_row(item: Activity) -> dict[str, Scalar]:
    return {
        "client": item.client,
        "server": item.server,
        "protocol": item.protocol,
        "function": item.function,
        "category": item.category,
        "outcome": item.outcome,
        "count": item.count,
        "errors": item.errors,
        "first_seen": item.first_seen_ns,
        "last_seen": item.last_seen_ns,
    }


def _alert_row(item: Alert) -> dict[str, Scalar]:
    return {
        "detection": item.detection,
        "title": item.title.casefold(),
        "engine": item.engine.value,
        "severity": item.severity.value,
        "severity_rank": _SEVERITY_RANK[item.severity.value],
        "status": item.status.value,
        "open": int(item.status.is_open),
        "source": item.source,
        "destination": item.destination,
        "protocol": item.protocol,
        "count": item.count,
        "first_seen": item.first_seen_ns,
        "last_seen": item.last_seen_ns,
    }


def _finding_row(item: Finding) -> dict[str, Scalar]:
    return {
        "device": item.device,
        "cve": item.cve,
        "advisory": item.advisory,
        "severity": item.severity,
        "severity_rank": _SEVERITY_RANK.get(item.severity, 0),
        "score": -1.0 if item.score is None else float(item.score),
        "epss": -1.0 if item.epss is None else float(item.epss),
        "kev": int(item.kev),
        "confidence": item.confidence.value,
    }


def _value_row(item: ProcessValue) -> dict[str, Scalar]:
    return {
        "server": item.server,
        "protocol": item.protocol,
        "address": item.address,
        "object": item.object,
        "type": item.type,
        "changes": item.changes,
        "last_seen": item.last_seen_ns,
    }


def _types(row: Mapping[str, Scalar]) -> dict[str, type]:
    return {**dict.fromkeys(SCOPE, str), **{name: type(value) for name, value in row.items()}}


def _by_id(item: object) -> str:
    return cast("str", cast("Any", item).id)


DEVICES = Kind(
    name="device",
    model=Device,
    columns=_types(_device_row(Device(id="", site="", zone="", name=""))),
    row=_device_row,
    key=_by_id,
    search=_device_search,
    tags=lambda item: {"protocol": item.protocols, "role": item.roles},
    tag_names=("protocol", "role"),
    sorts={
        name: name
        for name in (
            *(
                "name",
                "type",
                "vendor",
                "model",
                "firmware",
                "purdue_level",
                "zone",
                "risk",
                "bytes",
                "packets",
            ),
            *("address", "important", "first_seen", "last_seen"),
        )
    },
    default_sort="name",
)
CONNECTIONS = Kind(
    name="connection",
    model=Connection,
    columns=_types(_connection_row(Connection("", "", "", "", "", 0, "", None, 0, 0, 0, 0))),
    row=_connection_row,
    key=_by_id,
    search=lambda item: "\n".join(
        (item.client_address, item.server_address, item.transport, item.protocol, str(item.port))
    ),
    sorts={
        name: name
        for name in (
            *("client_address", "server_address", "transport", "port", "protocol", "packets", "bytes"),
            *("first_seen", "last_seen"),
        )
    },
    default_sort="-bytes",
)
ACTIVITIES = Kind(
    name="activity",
    model=Activity,
    columns=_types(_activity_row(Activity("", "", "", "", "", None, "", "", 0, 0, 0))),
    row=_activity_row,
    key=_by_id,
    search=lambda item: "\n".join(
        (
            *(item.client_address, item.server_address, item.protocol, item.address, item.object),
            *(item.function, item.category, item.last_error),
        )
    ),
    sorts={
        name: name
        for name in (
            *("protocol", "function", "category", "outcome", "count", "errors", "first_seen", "last_seen"),
        )
    },
    default_sort="-count",
)
ALERTS = Kind(
    name="alert",
    model=Alert,
    columns=_types(_alert_row(Alert("", "", "", Engine.ANOMALY, Severity.LOW, 0, 0))),
    row=_alert_row,
    key=_by_id,
    search=lambda item: "\n".join(
        (
            *(item.title, item.summary, item.detection, item.protocol, item.source_address, item.source_name),
            *(item.destination_address, item.destination_name, *item.attack),
        )
    ),
    sorts={
        **{name: name for name in ("title", "engine", "status", "count", "first_seen", "last_seen")},
        "severity": "severity_rank",
    },
    default_sort="-severity",
)
FINDINGS = Kind(
    name="finding",
    model=Finding,
    columns=_types(_finding_row(Finding("", "", "", None, "", "", Confidence.POSSIBLE, ""))),
    row=_finding_row,
    key=_by_id,
    search=lambda item: f"{item.cve}\n{item.advisory}\n{item.title}\n{item.reason}\n{item.part}",
    sorts={
        **{name: name for name in ("cve", "advisory", "score", "epss", "kev", "confidence", "device")},
        "severity": "severity_rank",
    },
    default_sort="-score",
)
VALUES = Kind(
    name="value",
    model=ProcessValue,
    columns=_types(_value_row(ProcessValue("", "", "", "", "", "", "", 0))),
    row=_value_row,
    key=_by_id,
    search=lambda item: f"{item.server_address}\n{item.protocol}\n{item.address}\n{item.object}",
    sorts={
        name: name for name in ("server", "protocol", "address", "object", "type", "changes", "last_seen")
    },
    default_sort="server",
)

KINDS: tuple[Kind[Any], ...] = (DEVICES, CONNECTIONS, ACTIVITIES, ALERTS, FINDINGS, VALUES)


def sort_of(kind: Kind[Any], wanted: str) -> tuple[str, str, bool]:
    """Resolve a sort name.

    Returns:
        The full public name, its column, and whether the order is falling.

    Raises:
        BadQueryError: When the kind cannot be sorted so.
    """
    name = wanted or kind.default_sort
    plain = name.removeprefix("-")
    if plain not in kind.sorts:
        raise BadQueryError(f"sort: {plain[:64]!r} is not one of {', '.join(sorted(kind.sorts))}")
    return name, kind.sorts[plain], name.startswith("-")


def cursor_of(page: PageRequest, sort: str, column: type) -> Cursor | None:
    """Read the page's cursor and check that its value fits the sorted column.

    Raises:
        BadQueryError: When it does not.
    """
    if page.cursor is None:
        return None
    cursor = Cursor.decode(page.cursor, sort)
    if isinstance(cursor.value, str) is not (column is str):
        raise BadQueryError("cursor: not one of this server")
    return cursor


def kind_of(where: Filter) -> Kind[Any]:
    """The kind that a filter asks about."""
    return _BY_FILTER[type(where)]


def worst(severities: Iterable[str]) -> str:
    """The highest of some severities; ``""`` of none."""
    return max(severities, key=lambda severity: _SEVERITY_RANK.get(severity, -1), default="")


_BY_FILTER: dict[type, Kind[Any]] = {
    DeviceFilter: DEVICES,
    ConnectionFilter: CONNECTIONS,
    ActivityFilter: ACTIVITIES,
    AlertFilter: ALERTS,
    FindingFilter: FINDINGS,
    ValueFilter: VALUES,
}
