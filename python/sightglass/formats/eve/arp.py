"""``arp``: one message."""

from __future__ import annotations

from collections.abc import Sequence

from sightglass.formats.eve.event_type import EventType
from sightglass.formats.shapes import STRING, Json, known, record

SCHEMA = record(
    {
        "hw_type": STRING,
        "proto_type": STRING,
        "opcode": STRING,
        "src_mac": STRING,
        "src_ip": STRING,
        "dest_mac": STRING,
        "dest_ip": STRING,
    }
)
_HARDWARE = {1: "ethernet"}
_PROTOCOLS = {0x0800: "ipv4"}


def _content(messages: Sequence[Json]) -> Json | None:
    message = messages[0]
    hardware, protocol = message.get("hardware_type"), message.get("protocol_type")
    return known(
        hw_type=_HARDWARE.get(hardware, str(hardware)) if hardware is not None else None,
        proto_type=_PROTOCOLS.get(protocol, str(protocol)) if protocol is not None else None,
        opcode=message["function"],
        src_mac=message.get("sender_mac"),
        src_ip=message.get("sender_ip"),
        dest_mac=message.get("target_mac"),
        dest_ip=message.get("target_ip"),
    )


EVENT = EventType("arp", ("arp",), _content, SCHEMA, client_first=False)
