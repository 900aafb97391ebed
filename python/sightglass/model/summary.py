"""Totals of what was read."""

from __future__ import annotations

from dataclasses import dataclass, field

from sightglass.model.capture_info import CaptureInfo


@dataclass(frozen=True, slots=True)
class ProtocolSummary:
    """Message counts of one protocol, as recognised by content.

    Attributes:
        bytes: Payload of its flows; inner layers travel in those of the outer one.
        malformed: Messages that are out of their specification.
        unknown_functions: Messages whose function has no name.
    """

    messages: int = 0
    flows: int = 0
    functions: dict[str, int] = field(default_factory=dict)
    bytes: int = 0
    malformed: int = 0
    unknown_functions: int = 0


@dataclass(frozen=True, slots=True)
class UnknownTraffic:
    """Traffic that no dissector claimed.

    Attributes:
        transport: As in `Connection.transport`.
        port: Server port, EtherType or IP protocol number; 0 none.
        guess: What the port usually carries; never reported as a fact.
        smallest: Size of the smallest payload in bytes; with `mean` and `largest` 0 where none was looked at.
        entropy: Bits per byte of the first payloads: near 8 is encrypted or compressed; None without any.
        entropy_bytes: Bytes that it was taken from.
        sample: First payload bytes of the first flow, hexadecimal, 16 bytes at most.
    """

    transport: str
    port: int
    flows: int = 0
    packets: int = 0
    bytes: int = 0
    guess: str = ""
    smallest: int = 0
    mean: int = 0
    largest: int = 0
    entropy: float | None = None
    entropy_bytes: int = 0
    sample: str = ""


@dataclass(frozen=True, slots=True)
class PluginSummary:
    """What a dissector in Python did.

    Attributes:
        package: Distribution that brought it, with its version.
        asked: Questions about unknown flows.
        claimed: Flows that it took.
        bytes: Bytes that it took apart.
        bytes_left_out: Bytes of its flows that it was not given after a fault.
        faults: By kind: ``exceptions``, ``too_slow``, ``wrong_returns``.
        switched_off: Parts of the traffic, of 64, in which it was switched off after too many faults.
        first_fault: Where in its code the first fault was, and what kind.
        first_fault_frame: Frame at which that was, None without faults.
    """

    package: str = ""
    asked: int = 0
    claimed: int = 0
    bytes: int = 0
    bytes_left_out: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    switched_off: int = 0
    first_fault: str = ""
    first_fault_frame: int | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What was read in one scope.

    Attributes:
        first_ts_ns: First packet time, None without packets.
        loss: Counter name to count: what was dropped, damaged, evicted or not understood.
        protocols: Short name to counts.
        not_judged: Ids of detections that need a baseline and had none.
        plugins: Protocols of dissectors in Python to what they did.
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
    plugins: dict[str, PluginSummary] = field(default_factory=dict)
