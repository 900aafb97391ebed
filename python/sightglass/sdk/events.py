"""What the engine tells, as typed values.

One class per event kind; its fields are the columns of the engine's table in their order, so a row becomes an
event with `from_row`. Addresses are text: IPs are ``""`` on link-layer traffic, MACs are lower case with
colons or ``""``. Times are Unix nanoseconds of packet time, `source` is the index of the capture in the order
of input, `frame` the 1-based number in its file. `frame` of a rolled-up row is its last one.

Events are named tuples: rows come as tuples by the ten thousand, and a tuple becomes one of its own kind for a tenth of
what filling a dataclass costs.
"""

# Annotations stay values (no `from __future__ import annotations`): a named tuple compiles every text among them at start.

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple, Self


class Event:
    """Base of all events; `table` is the name of the engine's table."""

    __slots__ = ()
    table: ClassVar[str] = ""

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        """Build the event from a row of the engine's table.

        Raises:
            TypeError: When the row has another number of columns.
        """
        kind: Any = cls
        event: Self = kind._make(row)
        return event

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """Names of the fields, in the order of the table's columns."""
        kind: Any = cls
        names: tuple[str, ...] = kind._fields
        return names


class Between:
    """Events between a client and a server."""

    __slots__ = ()

    @property
    def client(self: Any) -> str:
        """Address of the asking side: IP, else MAC."""
        address: str = self.client_ip or self.client_mac
        return address

    @property
    def server(self: Any) -> str:
        """Address of the answering side: IP, else MAC."""
        address: str = self.server_ip or self.server_mac
        return address


class Rolled:
    """Events that stand for several frames."""

    __slots__ = ()

    @property
    def ts_ns(self: Any) -> int:
        """Time of its last frame."""
        time: int = self.last_ts_ns
        return time

    @property
    def frame(self: Any) -> int:
        """Its last frame."""
        number: int = self.last_frame
        return number


class _Endpoint(NamedTuple):
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


class Endpoint(_Endpoint, Rolled, Event):
    """An address pair (MAC, IP, VLAN) that sent frames; partial ``final`` rows of a key add up."""

    __slots__ = ()
    table: ClassVar[str] = "endpoint"

    @property
    def subject(self) -> str:
        """Address of the host it is about: IP, else MAC."""
        return self.ip or self.mac


class _Flow(NamedTuple):
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


class Flow(_Flow, Between, Rolled, Event):
    """A bidirectional 5-tuple, or a pair of MACs, with its counters.

    `recognised_by` ``port`` marks a guess; nothing may be judged by it.
    """

    __slots__ = ()
    table: ClassVar[str] = "flow"


class _Activity(NamedTuple):
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


class Activity(_Activity, Between, Rolled, Event):
    """A function that a client asks of a server, with its totals so far."""

    __slots__ = ()
    table: ClassVar[str] = "activity"


class _Occurrence(NamedTuple):
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


class Occurrence(_Occurrence, Between, Event):
    """A single act of a sensitive category: write, control, program, firmware, configuration, login, file."""

    __slots__ = ()
    table: ClassVar[str] = "occurrence"


class _Relation(NamedTuple):
    event: str
    client_ip: str
    client_mac: str
    server_ip: str
    server_mac: str
    vlan: int | None
    protocol: str
    categories: str
    requests: int
    ok: int
    errors: int
    events: int
    reasons: str
    first_ts_ns: int
    last_ts_ns: int
    first_frame: int
    last_frame: int
    first_error_ts_ns: int | None
    first_error_frame: int | None
    last_error_ts_ns: int | None
    last_error_frame: int | None
    error_frames: tuple[int, ...]
    error_times: tuple[int, ...]
    source: int


class Relation(_Relation, Between, Rolled, Event):
    """All that a client does with a server in one protocol, added up over its activities.

    `categories` are those of what was asked, and `reasons` the names of refusals, both comma-separated and sorted.
    `error_frames` and `error_times` are those of up to sixteen refusals, spread over all.
    """

    __slots__ = ()
    table: ClassVar[str] = "relation"


class _Observation(NamedTuple):
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


class Observation(_Observation, Event):
    """A fact about the host that has `ip`, or `mac` when `ip` is empty."""

    __slots__ = ()
    table: ClassVar[str] = "observation"

    @property
    def subject(self) -> str:
        """Address of the host it is about: IP, else MAC."""
        return self.ip or self.mac


class _Value(NamedTuple):
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
    event: str


class Value(_Value, Event):
    """A process variable with the range it went through."""

    __slots__ = ()
    table: ClassVar[str] = "value"

    @property
    def server(self) -> str:
        """Address of the answering side: IP, else MAC."""
        return self.server_ip or self.server_mac


class _Anomaly(NamedTuple):
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
    count: int  # type: ignore[assignment]  # the column has this name; nobody counts members of an event
    ts_ns: int
    frame: int
    source: int


class Anomaly(_Anomaly, Between, Event):
    """Traffic outside its specification, or damaged."""

    __slots__ = ()
    table: ClassVar[str] = "anomaly"


class _Match(NamedTuple):
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


class Match(_Match, Between, Event):
    """A content rule that fired on a message; `rule` is its id."""

    __slots__ = ()
    table: ClassVar[str] = "match"


class _Arp(NamedTuple):
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


class Arp(_Arp, Event):
    """First sight of an ARP message between these addresses; `operation` 1 asks, 2 answers."""

    __slots__ = ()
    table: ClassVar[str] = "arp"


class _File(NamedTuple):
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


class File(_File, Between, Event):
    """A file or program block seen in transfer."""

    __slots__ = ()
    table: ClassVar[str] = "file"


EVENTS: dict[str, type[Event]] = {
    event.table: event
    for event in (
        Endpoint,
        Flow,
        Activity,
        Occurrence,
        Relation,
        Observation,
        Value,
        Anomaly,
        Match,
        Arp,
        File,
    )
}
"""Table name to event class."""
