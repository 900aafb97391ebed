"""The base of every protocol in Python: a class that recognises and parses, and what it hands over.

The engine asks a dissector about flows that none of its own claims, and gives it the bytes of those it takes: a TCP
stream in order, or one UDP datagram. See ``docs/plugins.md``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import ClassVar


class Verdict(StrEnum):
    """What a look at the first bytes of a flow says."""

    NO = "no"
    """Another protocol."""
    MORE = "more"
    """Too few bytes to tell."""
    LIKELY = "likely"
    """Fits, but with few checks: believed on a usual port, elsewhere when a second message agrees."""
    SURE = "sure"
    """At least two independent checks of structure hold; believed on any port."""


@dataclass(frozen=True, slots=True)
class Probe:
    """The first bytes of a flow whose protocol nobody knows.

    Attributes:
        data: First bytes of one direction, or a whole datagram; never empty.
        transport: ``tcp`` or ``udp``.
        from_client: Whether the sender opened the connection; None where no handshake was seen.
    """

    data: bytes
    transport: str
    src_port: int
    dst_port: int
    from_client: bool | None = None


@dataclass(frozen=True, slots=True)
class ParseContext:
    """What is known around the bytes that `Dissector.parse` is given.

    Attributes:
        transport: ``tcp`` or ``udp``.
        src: Address of who sent the bytes.
        from_client: Whether the sender opened the connection; None where no handshake was seen.
        last: Nothing will follow: a datagram, or a stream whose next bytes are lost. A message that is intact up to
            its function is still worth handing over, marked ``truncated``.
        missing: Bytes of the datagram that the wire had and the capture cut off.
        ts_ns: Packet time, Unix nanoseconds.
    """

    transport: str
    src: str
    src_port: int
    dst: str
    dst_port: int
    from_client: bool | None
    last: bool
    missing: int
    ts_ns: int

    def to_server(self, ports: Sequence[int]) -> bool:
        """Whether the bytes go to the serving side: by the handshake, else by usual ports, else to the lower port."""
        if self.from_client is not None:
            return self.from_client
        to, by = self.dst_port in ports, self.src_port in ports
        return to if to != by else self.dst_port <= self.src_port


@dataclass(frozen=True, slots=True)
class Fact:
    """What a message says about a device; the inventory weighs it against other sources.

    Attributes:
        attribute: One of the class's `Dissector.attributes`: ``vendor``, ``model``, ``firmware``, ``serial`` ...
        value: Text; never a secret.
        about: ``sender`` or ``receiver`` of the message.
        confidence: 95 the device's own identity answer, 85 its announcement, 70 a banner, 40 hearsay.
        path: A module behind the device, such as ``slot 3``; empty for the device itself.
    """

    attribute: str
    value: str
    about: str = "sender"
    confidence: int = 95
    path: str = ""


@dataclass(frozen=True, slots=True)
class Variable:
    """A process variable that a message carried; the server of the flow holds it.

    Attributes:
        name: What it is called within the device.
        type: ``bool``, ``int8`` to ``int64``, ``uint8`` to ``uint64``, ``float32``, ``float64``, ``decimal`` or
            ``enum``; by default what Python's type suggests.
        address: Unit behind the device's network address.
    """

    name: str
    value: bool | int | float
    type: str = ""
    address: str = ""


FieldValue = bool | int | float | str | bytes | None | Sequence["FieldValue"] | Mapping[str, "FieldValue"]
"""Value of a field; None leaves the field out. Names within structures are declared like all others."""


@dataclass(frozen=True, slots=True)
class Message:
    """One decoded unit of the protocol.

    A response repeats `address` and `object` of the request it answers where they are known, so that both count for
    the same activity.

    Attributes:
        kind: ``request``, ``response``, ``event`` (nobody asked) or ``control`` (the session itself).
        function: One of `Dissector.functions`; or the number of a function without a name.
        code: The number that the specification calls the function.
        category: What it does to the plant: ``read``, ``write``, ``control``, ``configuration`` ...
        error: One of `Dissector.errors`, when a response refuses.
        address: Unit behind the device's network address, such as ``scale 3``.
        object: What within it is meant.
        fields: All else, under names of `Dissector.fields`.
        anomalies: Out-of-spec marks: ``truncated``, ``bad_checksum``, ``bad_value`` ...
    """

    kind: str
    function: str | int
    code: int | None = None
    category: str = "other"
    error: str = ""
    address: str = ""
    object: str = ""
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    anomalies: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    variables: tuple[Variable, ...] = ()


@dataclass(frozen=True, slots=True)
class Parsed:
    """Bytes that were taken off the front, at least one, and the messages in them; none for filler."""

    consumed: int
    messages: tuple[Message, ...] = ()


class NoMessage(Enum):
    """Why nothing was taken."""

    MORE = "more"
    """The message is not whole yet; the same bytes come again with those that follow."""
    LOST = "lost"
    """These bytes are no message; parsing goes on with the next segment."""


class Dissector:
    """A protocol of your own.

    A subclass gives the names it uses, and overrides `recognise` and `parse`. The engine makes a new instance for every
    flow it claims, so what the instance keeps is the state of that one flow; and one for every question to `recognise`.
    State beyond the instance makes results depend on the order of flows: do without.

    Attributes:
        protocol: Short name in snake_case, not one of the built-in ones.
        tcp_ports: Usual ports; empty when there is none, None when the protocol does not travel over TCP.
        udp_ports: The same for UDP.
        max_message: Bytes of a stream that are waited for to complete a message.
        functions: Every name that `Message.function` may have, snake_case.
        fields: Every field with what it holds, in which unit.
        errors: Every name that `Message.error` may have.
        attributes: Every name that `Fact.attribute` may have.
        rules: Folder with content rules beside the class's module; empty for none.
        not_decoded: What is left out, in words.
    """

    protocol: ClassVar[str] = ""
    tcp_ports: ClassVar[tuple[int, ...] | None] = None
    udp_ports: ClassVar[tuple[int, ...] | None] = None
    max_message: ClassVar[int] = 65_536
    functions: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[Mapping[str, str]] = {}
    errors: ClassVar[tuple[str, ...]] = ()
    attributes: ClassVar[tuple[str, ...]] = ()
    rules: ClassVar[str] = ""
    not_decoded: ClassVar[tuple[str, ...]] = ()

    def recognise(self, probe: Probe) -> Verdict:
        """Say whether a flow speaks this protocol, by its content."""
        raise NotImplementedError

    def parse(self, data: bytes, context: ParseContext) -> Parsed | NoMessage:
        """Take the next message off the front of `data`; called again for the rest.

        Args:
            data: Bytes from the start of a message on, never empty.
            context: Who sent them, and whether more may follow.
        """
        raise NotImplementedError

    def gap(self, *, from_client: bool | None) -> None:
        """Forget half-read state of one direction, for bytes of it are lost; nothing by default."""
        del from_client
