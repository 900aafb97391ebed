"""Totals of what was read."""

from __future__ import annotations

from dataclasses import dataclass, field

from sightglass.model.capture_info import CaptureInfo


@dataclass(frozen=True, slots=True)
class ProtocolSummary:
    """Message counts of one protocol, as recognised by content."""

    messages: int = 0
    flows: int = 0
    functions: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UnknownTraffic:
    """Traffic that no dissector claimed.

    Attributes:
        transport: As in `Connection.transport`.
        port: Server port, EtherType or IP protocol number; 0 none.
        guess: What the port usually carries; never reported as a fact.
    """

    transport: str
    port: int
    flows: int = 0
    packets: int = 0
    bytes: int = 0
    guess: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """What was read in one scope.

    Attributes:
        first_ts_ns: First packet time, None without packets.
        loss: Counter name to count: what was dropped, damaged, evicted or not understood.
        protocols: Short name to counts.
        not_judged: Ids of detections that need a baseline and had none.
    """

    packets: int = 0
    bytes: int = 0
    first_ts_ns: int | None = None
    last_ts_ns: int | None = None
    site: str = "default"
    zone: str = "default"
    loss: dict[str, int] = field(default_factory=dict)
    protocols: dict[str, ProtocolSummary] = field(default_factory=dict)
    unknown: tuple[UnknownTraffic, ...] = ()
    captures: tuple[CaptureInfo, ...] = ()
    not_judged: tuple[str, ...] = ()
