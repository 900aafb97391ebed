"""Change records: the only way into plant state.

Every record carries absolute values, so applying one twice changes nothing. `sequence` is the number its
origin gave it; a store ignores a record that is older than what it holds for the same key, so retrying and
replaying in any order ends in the same state.
"""

from __future__ import annotations

from dataclasses import dataclass

from sightglass.model.activity import Activity
from sightglass.model.alert import Alert, AlertStatus
from sightglass.model.connection import Connection
from sightglass.model.device import Device
from sightglass.model.finding import Finding
from sightglass.model.process_value import ProcessValue
from sightglass.model.site import Site
from sightglass.model.summary import Summary
from sightglass.model.zone import Zone


@dataclass(frozen=True, slots=True)
class SiteUpserted:
    """A site exists."""

    site: Site
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class ZoneUpserted:
    """A zone exists."""

    zone: Zone
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class DeviceUpserted:
    """All that is known of a device now."""

    device: Device
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class ConnectionUpserted:
    """A connection's totals now."""

    connection: Connection
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class ActivityRolledUp:
    """An activity's totals now."""

    activity: Activity
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class ValueRolledUp:
    """A process value's range now."""

    value: ProcessValue
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class AlertRaised:
    """An alert as its detection sees it now; what operators said about it stays."""

    alert: Alert
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class FindingUpserted:
    """A device has this weakness."""

    finding: Finding
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class FindingsReplaced:
    """All findings of one device; those not listed are gone."""

    site: str
    zone: str
    network: str
    device: str
    findings: tuple[Finding, ...]
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class SummaryReplaced:
    """The totals of one scope now."""

    summary: Summary
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class BaselineLearned:
    """A key belongs to what is normal.

    Attributes:
        baseline: Name that a detection gave its `sdk.Baseline`.
        key: Parts of the key as text, device ids for devices.
    """

    site: str
    zone: str
    network: str
    baseline: str
    key: tuple[str, ...]
    first_seen_ns: int
    actor: str = "learning"
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class AlertEdited:
    """An operator's verdict on an alert.

    Attributes:
        alert: Alert id.
        edit: Id of this edit; the same edit twice is one.
        status: New status, None to leave it.
        comment: Note to add, ``""`` none.
        edited_at_ns: Wall clock of the operator, Unix nanoseconds; the latest edit wins.
    """

    alert: str
    edit: str
    edited_at_ns: int
    status: AlertStatus | None = None
    comment: str = ""
    actor: str = "operator"


@dataclass(frozen=True, slots=True)
class DeviceEdited:
    """Fields of a device that an operator set; they win over what is observed. None leaves a field alone."""

    device: str
    edit: str
    edited_at_ns: int
    name: str | None = None
    type: str | None = None
    important: bool | None = None
    authorized: bool | None = None
    purdue_level: float | None = None
    description: str | None = None
    location: str | None = None
    actor: str = "operator"


Change = (
    SiteUpserted
    | ZoneUpserted
    | DeviceUpserted
    | ConnectionUpserted
    | ActivityRolledUp
    | ValueRolledUp
    | AlertRaised
    | FindingUpserted
    | FindingsReplaced
    | SummaryReplaced
    | BaselineLearned
    | AlertEdited
    | DeviceEdited
)
"""Any change record."""
