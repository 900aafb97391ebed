"""The event types that Suricata has; every other protocol has an event type of its own name with our fields."""

from __future__ import annotations

from sightglass.formats.eve import (
    arp,
    dhcp,
    dnp3,
    dns,
    enip,
    http,
    modbus,
    mqtt,
    smb,
    snmp,
    tftp,
    tls,
)
from sightglass.formats.eve.event_type import EventType

EVENT_TYPES: tuple[EventType, ...] = (
    arp.EVENT,
    dhcp.EVENT,
    dnp3.EVENT,
    dns.EVENT,
    dns.LLMNR,
    dns.MDNS,
    enip.EVENT,
    http.EVENT,
    modbus.EVENT,
    mqtt.EVENT,
    smb.EVENT,
    snmp.EVENT,
    tftp.EVENT,
    tls.EVENT,
)
BY_PROTOCOL: dict[str, EventType] = {protocol: kind for kind in EVENT_TYPES for protocol in kind.protocols}
