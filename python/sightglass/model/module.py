"""A part of a device with an identity of its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Module:
    """A card in a rack, a unit behind a gateway, a device on a field bus.

    Attributes:
        slot: Its place as the protocol names it, for example ``"slot 3"`` or ``"unit 17"``.
        kind: What it is (``cpu``, ``communication``, ``io`` ...), ``""`` unknown.
    """

    slot: str
    vendor: str = ""
    model: str = ""
    firmware: str = ""
    serial: str = ""
    name: str = ""
    order_number: str = ""
    kind: str = ""
