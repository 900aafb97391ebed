"""What devices do when nothing is wrong: one file per protocol or device kind, registered here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.behaviours import bacnet, cameras, dnp3, logix, modbus, office, profinet, s7, switch

if TYPE_CHECKING:
    from collections.abc import Callable

    from sightglass.lab.world import World

BEHAVIOURS: tuple[Callable[[World], None], ...] = (
    s7.start,
    logix.start,
    modbus.start,
    dnp3.start,
    bacnet.start,
    profinet.start,
    switch.start,
    office.start,
    cameras.start,
)


def start_all(world: World) -> None:
    """Start everything that goes on in the plant."""
    for start in BEHAVIOURS:
        start(world)
