"""The protocols with names and values of their own; other industrial ones are read by `generic`."""

from __future__ import annotations

from sightglass.formats.ipal import (
    ads,
    bacnet,
    cip,
    dnp3,
    fins,
    hart_ip,
    iec104,
    iec61850,
    melsec,
    modbus,
    mqtt,
    opcua,
    s7comm,
    synchrophasor,
)
from sightglass.formats.ipal.protocol import IpalProtocol

PROTOCOLS: tuple[IpalProtocol, ...] = (
    ads.PROTOCOL,
    bacnet.PROTOCOL,
    cip.PROTOCOL,
    dnp3.PROTOCOL,
    fins.PROTOCOL,
    hart_ip.PROTOCOL,
    iec104.PROTOCOL,
    iec61850.GOOSE,
    iec61850.MMS,
    iec61850.SV,
    melsec.PROTOCOL,
    modbus.PROTOCOL,
    mqtt.PROTOCOL,
    opcua.PROTOCOL,
    s7comm.PROTOCOL,
    synchrophasor.PROTOCOL,
)
BY_PROTOCOL: dict[str, IpalProtocol] = {each.protocol: each for each in PROTOCOLS}
CONTAINERS = frozenset(("enip", "cotp"))
"""Layers that only carry others."""
