"""What every store of plant state can do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from sightglass.model import (
    Activity,
    Alert,
    Connection,
    Device,
    Finding,
    ProcessValue,
    Site,
    Summary,
    Zone,
)
from sightglass.model.changes import BaselineLearned, Change
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
from sightglass.store.page import BadQueryError, Page, PageRequest


class UnknownTargetError(LookupError):
    """An operator's edit of something that the store does not hold."""


class ScopeConflictError(ValueError):
    """A record brings an id that another site, zone or network holds; ids are unique over all scopes."""


class StateFileError(RuntimeError):
    """A state file that cannot be used; the text says why and what to do."""


class ReadOnlyError(PermissionError):
    """The store was opened for reading only."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What `Store.apply` did.

    Attributes:
        changed: Records that changed something.
        unchanged: Records that were known already, or older than what is known.
    """

    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Related:
    """How much refers to a device.

    Attributes:
        alerts: Open alerts.
        worst_alert: Severity of the worst of them, ``""`` none.
        worst_finding: Severity of the worst finding, ``""`` none.
    """

    alerts: int = 0
    worst_alert: str = ""
    findings: int = 0
    worst_finding: str = ""


@dataclass(frozen=True, slots=True)
class Traffic:
    """What some connections carried together."""

    connections: int
    packets: int
    bytes: int
    first_seen_ns: int
    last_seen_ns: int

    def __add__(self, other: Traffic) -> Traffic:
        """Both together."""
        return Traffic(
            self.connections + other.connections,
            self.packets + other.packets,
            self.bytes + other.bytes,
            min(self.first_seen_ns, other.first_seen_ns),
            max(self.last_seen_ns, other.last_seen_ns),
        )


TRAFFIC_KEYS = ("client", "server", "transport", "port", "protocol", "recognised_by", "site", "zone")
"""What `Store.traffic` can add up by."""


def check_traffic_keys(by: tuple[str, ...]) -> None:
    """Refuse fields that traffic cannot be added up by.

    Raises:
        BadQueryError: When there is one.
    """
    unknown = set(by) - set(TRAFFIC_KEYS)
    if unknown:
        raise BadQueryError(f"traffic: {min(unknown)[:64]!r} is not one of {', '.join(TRAFFIC_KEYS)}")


class Store(Protocol):
    """Plant state: written by change records only, read by filter and page.

    Reading methods raise `BadQueryError` on sort names and cursors that cannot be used.
    """

    def apply(self, records: Iterable[Change]) -> Applied:
        """Write change records, all or none.

        Raises:
            UnknownTargetError: When an edit is about nothing that is held.
            ReadOnlyError: When the store is for reading.
        """
        ...

    @property
    def revision(self) -> int:
        """Number that rises with every `apply` that changed something."""
        ...

    @property
    def writable(self) -> bool:
        """Whether `apply` is possible."""
        ...

    def devices(self, where: DeviceFilter, page: PageRequest) -> Page[Device]:
        """Devices, by name unless asked otherwise."""
        ...

    def device(self, device_id: str) -> Device | None:
        """The device with this id, also by the id of one that was merged into it."""
        ...

    def connections(self, where: ConnectionFilter, page: PageRequest) -> Page[Connection]:
        """Connections, most bytes first."""
        ...

    def activities(self, where: ActivityFilter, page: PageRequest) -> Page[Activity]:
        """Activities, most frequent first."""
        ...

    def alerts(self, where: AlertFilter, page: PageRequest) -> Page[Alert]:
        """Alerts, worst first."""
        ...

    def alert(self, alert_id: str) -> Alert | None:
        """The alert with this id."""
        ...

    def findings(self, where: FindingFilter, page: PageRequest) -> Page[Finding]:
        """Findings, highest score first."""
        ...

    def values(self, where: ValueFilter, page: PageRequest) -> Page[ProcessValue]:
        """Process values, by server."""
        ...

    def related(self, device_ids: Iterable[str]) -> Mapping[str, Related]:
        """What refers to these devices; ids without anything may be absent."""
        ...

    def group(self, where: Filter, field: str) -> Mapping[str | int | float, int]:
        """Count rows per value of a column or of a list-valued field; the filter's type says the kind.

        Raises:
            BadQueryError: When the kind has no such field.
        """
        ...

    def traffic(self, where: ConnectionFilter, by: tuple[str, ...]) -> Mapping[tuple[Scalar, ...], Traffic]:
        """Add connections up.

        Args:
            where: Which connections.
            by: Fields out of `TRAFFIC_KEYS` to keep apart.

        Returns:
            Values of these fields, in their order, to what those connections carried.

        Raises:
            BadQueryError: When there is no such field.
        """
        ...

    def each_device(self, where: DeviceFilter, sort: str = "") -> Iterator[Device]:
        """All rows of `devices` one after another."""
        ...

    def each_connection(self, where: ConnectionFilter, sort: str = "") -> Iterator[Connection]:
        """All rows of `connections` one after another."""
        ...

    def each_activity(self, where: ActivityFilter, sort: str = "") -> Iterator[Activity]:
        """All rows of `activities` one after another."""
        ...

    def each_alert(self, where: AlertFilter, sort: str = "") -> Iterator[Alert]:
        """All rows of `alerts` one after another."""
        ...

    def each_finding(self, where: FindingFilter, sort: str = "") -> Iterator[Finding]:
        """All rows of `findings` one after another."""
        ...

    def each_value(self, where: ValueFilter, sort: str = "") -> Iterator[ProcessValue]:
        """All rows of `values` one after another."""
        ...

    def summaries(self) -> tuple[Summary, ...]:
        """Totals of each scope, by (site, zone)."""
        ...

    def sites(self) -> tuple[Site, ...]:
        """Sites by name."""
        ...

    def zones(self) -> tuple[Zone, ...]:
        """Zones by (site, name)."""
        ...

    def baseline(self) -> Iterator[BaselineLearned]:
        """What is normal, by (site, zone, network, baseline, key)."""
        ...
