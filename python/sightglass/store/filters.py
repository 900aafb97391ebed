"""What can be asked of each kind.

An empty filter asks nothing; several values of one field are alternatives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sightglass.store.conditions import AtLeast, Condition, Contains, OneOf, Related, Scalar, Tagged

_UNKNOWN_LEVEL = -1.0  # how a level that is not known is stored


def _one_of(columns: str | tuple[str, ...], values: Iterable[Scalar]) -> Iterator[Condition]:
    found = tuple(values)
    if found:
        yield OneOf((columns,) if isinstance(columns, str) else columns, found)


def _search(text: str) -> Iterator[Condition]:
    for word in text.split()[:8]:  # a search box, not a query language
        yield Contains(word)


def _scope(site: tuple[str, ...], zone: tuple[str, ...]) -> Iterator[Condition]:
    yield from _one_of("site", site)
    yield from _one_of("zone", zone)


@dataclass(frozen=True, slots=True)
class DeviceFilter:
    """Devices by what is known of them.

    Attributes:
        q: Words that name, address, vendor, model ... contain, all of them.
        purdue_level: -1 stands for not known.
        has_alerts: Whether open alerts name it.
        kind: ``device``, ``external``, ``referred``.
    """

    q: str = ""
    type: tuple[str, ...] = ()
    vendor: tuple[str, ...] = ()
    purdue_level: tuple[float, ...] = ()
    protocol: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    zone: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    important: bool | None = None
    authorized: bool | None = None
    has_alerts: bool | None = None
    has_findings: bool | None = None

    def conditions(self) -> Iterator[Condition]:
        """What a row must fulfil."""
        yield from _search(self.q)
        yield from _scope(self.site, self.zone)
        yield from _one_of("type", self.type)
        yield from _one_of("vendor", self.vendor)
        yield from _one_of("kind", self.kind)
        yield from _one_of("purdue_level", (max(level, _UNKNOWN_LEVEL) for level in self.purdue_level))
        if self.protocol:
            yield Tagged("protocol", self.protocol)
        if self.role:
            yield Tagged("role", self.role)
        for name, wanted in (("important", self.important), ("authorized", self.authorized)):
            if wanted is not None:
                yield OneOf((name,), (int(wanted),))
        if self.has_alerts is not None:
            yield Related("alert", self.has_alerts)
        if self.has_findings is not None:
            yield Related("finding", self.has_findings)


@dataclass(frozen=True, slots=True)
class ConnectionFilter:
    """Connections; `device` is either end. A `protocol` of ``""`` asks for what nobody recognised."""

    q: str = ""
    device: tuple[str, ...] = ()
    client: tuple[str, ...] = ()
    server: tuple[str, ...] = ()
    protocol: tuple[str, ...] = ()
    transport: tuple[str, ...] = ()
    port: tuple[int, ...] = ()
    site: tuple[str, ...] = ()
    zone: tuple[str, ...] = ()
    recognised_by: tuple[str, ...] = ()

    def conditions(self) -> Iterator[Condition]:
        """What a row must fulfil."""
        yield from _search(self.q)
        yield from _scope(self.site, self.zone)
        yield from _one_of(("client", "server"), self.device)
        yield from _one_of("client", self.client)
        yield from _one_of("server", self.server)
        yield from _one_of("protocol", self.protocol)
        yield from _one_of("transport", self.transport)
        yield from _one_of("port", self.port)
        yield from _one_of("recognised_by", self.recognised_by)


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """Activities; `device` is either end."""

    q: str = ""
    device: tuple[str, ...] = ()
    client: tuple[str, ...] = ()
    server: tuple[str, ...] = ()
    protocol: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    function: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    zone: tuple[str, ...] = ()

    def conditions(self) -> Iterator[Condition]:
        """What a row must fulfil."""
        yield from _search(self.q)
        yield from _scope(self.site, self.zone)
        yield from _one_of(("client", "server"), self.device)
        yield from _one_of("client", self.client)
        yield from _one_of("server", self.server)
        yield from _one_of("protocol", self.protocol)
        yield from _one_of("category", self.category)
        yield from _one_of("function", self.function)
        yield from _one_of("outcome", self.outcome)


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Alerts; `device` is source or destination, `open` leaves out what is closed, learned or muted."""

    q: str = ""
    severity: tuple[str, ...] = ()
    engine: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    detection: tuple[str, ...] = ()
    protocol: tuple[str, ...] = ()
    device: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    zone: tuple[str, ...] = ()
    open: bool | None = None

    def conditions(self) -> Iterator[Condition]:
        """What a row must fulfil."""
        yield from _search(self.q)
        yield from _scope(self.site, self.zone)
        yield from _one_of("severity", self.severity)
        yield from _one_of("engine", self.engine)
        yield from _one_of("status", self.status)
        yield from _one_of("detection", self.detection)
        yield from _one_of("protocol", self.protocol)
        yield from _one_of(("source", "destination"), self.device)
        if self.open is not None:
            yield OneOf(("open",), (int(self.open),))


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Findings."""

    q: str = ""
    device: tuple[str, ...] = ()
    cve: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()
    confidence: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    zone: tuple[str, ...] = ()
    kev: bool | None = None
    min_score: float | None = None

    def conditions(self) -> Iterator[Condition]:
        """What a row must fulfil."""
        yield from _search(self.q)
        yield from _scope(self.site, self.zone)
        yield from _one_of("device", self.device)
        yield from _one_of("cve", self.cve)
        yield from _one_of("severity", self.severity)
        yield from _one_of("confidence", self.confidence)
        if self.kev is not None:
            yield OneOf(("kev",), (int(self.kev),))
        if self.min_score is not None:
            yield AtLeast("score", self.min_score)


@dataclass(frozen=True, slots=True)
class ValueFilter:
    """Process values."""

    q: str = ""
    server: tuple[str, ...] = ()
    protocol: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    zone: tuple[str, ...] = ()

    def conditions(self) -> Iterator[Condition]:
        """What a row must fulfil."""
        yield from _search(self.q)
        yield from _scope(self.site, self.zone)
        yield from _one_of("server", self.server)
        yield from _one_of("protocol", self.protocol)
        yield from _one_of("type", self.type)


Filter = DeviceFilter | ConnectionFilter | ActivityFilter | AlertFilter | FindingFilter | ValueFilter
