"""What every message builder returns: bytes for the wire and what a decoder should say about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["request", "response", "event"]


@dataclass(frozen=True, slots=True)
class Mark:
    """One decoded unit that a message holds.

    Attributes:
        protocol: Short name, as ``sightglass decode`` prints it.
        function: Specification name in snake_case.
        code: The number that the specification calls the function, without direction or error bits.
        kind: Direction of the message.
    """

    protocol: str
    function: str
    code: int | None
    kind: Kind


@dataclass(frozen=True, slots=True)
class Message:
    """Application bytes, the units in them, and what they say about their sender.

    Attributes:
        data: Bytes above TCP or UDP, or above the Ethernet type.
        marks: Outermost layer first.
        facts: (protocol, attribute, value) that the sender states about itself.
    """

    data: bytes
    marks: tuple[Mark, ...] = ()
    facts: tuple[tuple[str, str, str], ...] = ()
