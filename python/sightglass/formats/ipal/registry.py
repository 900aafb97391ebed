"""The protocols with names and values of their own; other industrial ones are read by `generic`."""

from __future__ import annotations

from sightglass.formats.ipal import (
    bacnet,
    cip,
    dnp3,
    iec104,
    iec61850,
    modbus,
    mqtt,
    s7comm,
    synchrophasor,
)
from sightglass.formats.ipal.protocol import IpalProtocol

PROTOCOLS: tuple[IpalProtocol, ...] = (
    bacnet.PROTOCOL,
    cip.PROTOCOL,
    dnp3.PROTOCOL,
    iec104.PROTOCOL,
    iec61850.GOOSE,
    iec61850.MMS,
    iec61850.SV,
    modbus.PROTOCOL,
    mqtt.PROTOCOL,
    s7comm.PROTOCOL,
    synchrophasor.PROTOCOL,
)
BY_PROTOCOL: dict[str, IpalProtocol] = {each.protocol: each for each in PROTOCOLS}
CONTAINERS = frozenset(("enip", "cotp"))
"""Layers that only carry others."""
