"""What the engine tells, as typed values.

One class per event kind; its fields are the columns of the engine's table in their order, so a row becomes an
event with `from_row`. Addresses are text: IPs are ``""`` on link-layer traffic, MACs are lower case with
colons or ``""``. Times are Unix nanoseconds of packet time, `source` is the index of the capture in the order
of input, `frame` the 1-based number in its file. `frame` of a rolled-up row is its last one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events; `table` is the name of the engine's table."""

    table: ClassVar[str] = ""

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        """Build the event from a row of the engine's table.

        Raises:
            TypeError: When the row has another number of columns.
        """
        return cls(*row)


@dataclass(frozen=True, slots=True)
class Endpoint(Event):
    """An address pair (MAC, IP, VLAN) that sent frames; partial ``final`` rows of a key add up."""

    table: ClassVar[str] = "endpoint"

    event: str
    mac: str
    ip: str
    vlan: int | None
    packets: int
    bytes: int
    first_ts_ns: int
    last_ts_ns: int
    first_frame: int
    last_frame: int
    source: int

    @property
    def subject(self) -> str:
        """Address of the host it is about: IP, else MAC."""
        return self.ip or self.mac

    @property
    def ts_ns(self) -> int:
        """Time of its last frame."""
        return self.last_ts_ns

    @property
    def frame(self) -> int:
        """Its last frame."""
        return self.last_frame


@dataclass(frozen=True, slots=True)
class Flow(Event):
    """A bidirectional 5-tuple, or a pair of MACs, with its counters.

    `recognised_by` ``port`` marks a guess; nothing may be judged by it.
    """

    table: ClassVar[str] = "flow"

    event: str
    flow_id: int
    community_id: str
    transport: str
    client_ip: str
    client_port: int
    server_ip: str
    server_port: int
    client_mac: str
    server_mac: str
    vlan: int | None
    protocol: str
    recognised_by: str
    state: str
    packets_client: int
    packets_server: int
    bytes_client: int
    bytes_server: int
    first_ts_ns: int
    last_ts_ns: int
    first_frame: int
    last_frame: int
    source: int

    @property
    def client(self) -> str:
        """Address of the asking side: IP, else MAC."""
        return self.client_ip or self.client_mac

    @property
    def server(self) -> str:
        """Address of the answering side: IP, else MAC."""
        return self.server_ip or self.server_mac

    @property
    def ts_ns(self) -> int:
        """Time of its last frame."""
        return self.last_ts_ns

    @property
    def frame(self) -> int:
        """Its last frame."""
        return self.last_frame


@dataclass(frozen=True, slots=True)
class Activity(Event):
    """A function that a client asks of a server, with its totals so far."""

    table: ClassVar[str] = "activity"

    event: str
    client_ip: str
    client_mac: str
    server_ip: str
    server_mac: str
    vlan: int | None
    protocol: str
    address: str
    object: str
    function: str
    code: int | None
    category: str
    requests: int
    ok: int
    errors: int
    events: int
    last_error: str
    first_ts_ns: int
    last_ts_ns: int
    first_frame: int
    last_frame: int
    samples: tuple[int, ...]
    source: int
    flow_id: int

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        """Build the event from a row of the engine's table; the sample frames become a tuple."""
        values = list(row)
        values[_SAMPLES] = tuple(values[_SAMPLES])
        return cls(*values)

    @property
    def client(self) -> str:
        """Address of the asking side: IP, else MAC."""
        return self.client_ip or self.client_mac

    @property
    def server(self) -> str:
        """Address of the answering side: IP, else MAC."""
        return self.server_ip or self.server_mac

    @property
    def ts_ns(self) -> int:
        """Time of its last frame."""
        return self.last_ts_ns

    @property
    def frame(self) -> int:
        """Its last frame."""
        return self.last_frame


@dataclass(frozen=True, slots=True)
class Occurrence(Event):
    """A single act of a sensitive category: write, control, program, firmware, configuration, login, file."""

    table: ClassVar[str] = "occurrence"

    client_ip: str
    client_mac: str
    server_ip: str
    server_mac: str
    vlan: int | None
    protocol: str
    address: str
    object: str
    function: str
    code: int | None
    category: str
    outcome: str
    error: str
    ts_ns: int
    frame: int
    source: int
    flow_id: int

    @property
    def client(self) -> str:
        """Address of the asking side: IP, else MAC."""
        return self.client_ip or self.client_mac

    @property
    def server(self) -> str:
        """Address of the answering side: IP, else MAC."""
        return self.server_ip or self.server_mac


@dataclass(frozen=True, slots=True)
class Observation(Event):
    """A fact about the host that has `ip`, or `mac` when `ip` is empty."""

    table: ClassVar[str] = "observation"

    ip: str
    mac: str
    vlan: int | None
    path: str
    attribute: str
    value: str
    protocol: str
    confidence: int
    own: bool
    ts_ns: int
    frame: int
    source: int

    @property
    def subject(self) -> str:
        """Address of the host it is about: IP, else MAC."""
        return self.ip or self.mac


@dataclass(frozen=True, slots=True)
class Value(Event):
    """A process variable with the range it went through."""

    table: ClassVar[str] = "value"

    server_ip: str
    server_mac: str
    vlan: int | None
    protocol: str
    address: str
    object: str
    kind: str
    last: float
    minimum: float
    maximum: float
    changes: int
    samples: int
    ts_ns: int
    frame: int
    source: int

    @property
    def server(self) -> str:
        """Address of the answering side: IP, else MAC."""
        return self.server_ip or self.server_mac


@dataclass(frozen=True, slots=True)
class Anomaly(Event):
    """Traffic outside its specification, or damaged."""

    table: ClassVar[str] = "anomaly"

    event: str
    flow_id: int
    client_ip: str
    server_ip: str
    client_mac: str
    server_mac: str
    vlan: int | None
    protocol: str
    anomaly: str
    detail: str
    count: int
    ts_ns: int
    frame: int
    source: int

    @property
    def client(self) -> str:
        """Address of the asking side: IP, else MAC."""
        return self.client_ip or self.client_mac

    @property
    def server(self) -> str:
        """Address of the answering side: IP, else MAC."""
        return self.server_ip or self.server_mac


@dataclass(frozen=True, slots=True)
class Match(Event):
    """A content rule that fired on a message; `rule` is its id."""

    table: ClassVar[str] = "match"

    rule: str
    flow_id: int
    client_ip: str
    client_mac: str
    server_ip: str
    server_mac: str
    vlan: int | None
    protocol: str
    function: str
    code: int | None
    address: str
    object: str
    detail: str
    ts_ns: int
    frame: int
    source: int

    @property
    def client(self) -> str:
        """Address of the asking side: IP, else MAC."""
        return self.client_ip or self.client_mac

    @property
    def server(self) -> str:
        """Address of the answering side: IP, else MAC."""
        return self.server_ip or self.server_mac


@dataclass(frozen=True, slots=True)
class Arp(Event):
    """First sight of an ARP message between these addresses; `operation` 1 asks, 2 answers."""

    table: ClassVar[str] = "arp"

    operation: int
    sender_mac: str
    sender_ip: str
    target_mac: str
    target_ip: str
    gratuitous: bool
    frame_mac: str
    vlan: int | None
    ts_ns: int
    frame: int
    source: int


@dataclass(frozen=True, slots=True)
class File(Event):
    """A file or program block seen in transfer."""

    table: ClassVar[str] = "file"

    protocol: str
    client_ip: str
    server_ip: str
    client_mac: str
    server_mac: str
    vlan: int | None
    direction: str
    name: str
    size: int
    sha256: str
    complete: bool
    ts_ns: int
    frame: int
    first_frame: int
    source: int
    flow_id: int

    @property
    def client(self) -> str:
        """Address of the asking side."""
        return self.client_ip

    @property
    def server(self) -> str:
        """Address of the answering side."""
        return self.server_ip


_SAMPLES = [field.name for field in fields(Activity)].index("samples")

EVENTS: dict[str, type[Event]] = {
    event.table: event
    for event in (Endpoint, Flow, Activity, Occurrence, Observation, Value, Anomaly, Match, Arp, File)
}
"""Table name to event class."""
