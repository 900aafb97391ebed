"""Something that an operator should look at, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sightglass.model.evidence import Evidence


class Severity(StrEnum):
    """How bad it is; `rank` orders them."""

    INFORMATIONAL = "informational"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for informational to 4 for critical."""
        return list(Severity).index(self)


class Engine(StrEnum):
    """The kind of judgement behind an alert."""

    POLICY_VIOLATION = "policy_violation"
    """Differs from what was learned or allowed."""
    PROTOCOL_VIOLATION = "protocol_violation"
    """Breaks the protocol's specification."""
    ANOMALY = "anomaly"
    """Unusual in number, time or pattern: scans, brute force, spoofing."""
    MALWARE = "malware"
    """Known bad."""
    OPERATIONAL = "operational"
    """Disturbs the process or shows that it is disturbed."""


class AlertStatus(StrEnum):
    """Where the handling of an alert stands."""

    NEW = "new"
    ACTIVE = "active"
    """Somebody works on it."""
    CLOSED = "closed"
    LEARNED = "learned"
    """Closed, and the traffic belongs to the baseline from now on."""
    MUTED = "muted"
    """Closed, and the same thing raises no alert any more."""

    @property
    def is_open(self) -> bool:
        """Whether it still asks for somebody's attention."""
        return self in {AlertStatus.NEW, AlertStatus.ACTIVE}


@dataclass(frozen=True, slots=True)
class Comment:
    """A note of an operator on an alert."""

    id: str
    author: str
    text: str
    written_at_ns: int


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert with all that is needed to judge it.

    Attributes:
        id: Stable hash of scope, detection and what it is about; the same on a second run.
        detection: Id of the detection that raised it.
        title: The detection's title; `summary` says it with the names of this case.
        source: Device id of who did it, ``""`` unknown; with a stub of address and name.
        destination: Device id of whom it was done to, ``""`` none.
        learnable: Whether status ``learned`` adds it to the baseline.
        count: How often it happened so far.
        attack: ATT&CK for ICS technique ids.
        explanation: Why it matters.
        benign_when: What harmless thing looks the same.
        remediation: Steps, in order.
        evidence: First and last frame, and one of each burst between.
        details: Facts of this case: name and text, in the order to show.
        learn_keys: What becomes normal when it is learned: name of the baseline, then the parts of its key.
    """

    id: str
    detection: str
    title: str
    engine: Engine
    severity: Severity
    first_seen_ns: int
    last_seen_ns: int
    site: str = "default"
    zone: str = "default"
    network: str = "main"
    status: AlertStatus = AlertStatus.NEW
    learnable: bool = False
    summary: str = ""
    source: str = ""
    source_address: str = ""
    source_name: str = ""
    destination: str = ""
    destination_address: str = ""
    destination_name: str = ""
    protocol: str = ""
    count: int = 1
    attack: tuple[str, ...] = ()
    explanation: str = ""
    benign_when: tuple[str, ...] = ()
    remediation: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    learn_keys: tuple[tuple[str, ...], ...] = ()
    comments: tuple[Comment, ...] = ()
