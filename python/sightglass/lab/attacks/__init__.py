"""Attacks by name: one file each, registered here."""

from __future__ import annotations

from sightglass.lab.attacks.base import Attack
from sightglass.lab.attacks.plc_stop import PlcStop
from sightglass.lab.attacks.port_scan import PortScan
from sightglass.lab.attacks.unauthorised_connection import UnauthorisedConnection
from sightglass.lab.attacks.unauthorised_programming import UnauthorisedProgramming

ATTACKS: dict[str, type[Attack]] = {
    attack.name: attack
    for attack in (
        PortScan,
        UnauthorisedProgramming,
        UnauthorisedConnection,
        PlcStop,
    )
}

__all__ = ["ATTACKS", "Attack"]
