"""``tftp``: a request to read or write; blocks and acknowledgements give no event, as with Suricata."""

from __future__ import annotations

from collections.abc import Sequence

from sightglass.formats.eve.event_type import EventType
from sightglass.formats.shapes import STRING, Json, known, one_of, record

SCHEMA = record({"packet": one_of("read", "write"), "file": STRING, "mode": STRING}, "packet")
_PACKETS = {"read_request": "read", "write_request": "write"}


def _content(messages: Sequence[Json]) -> Json | None:
    message = messages[0]
    packet = _PACKETS.get(message["function"])
    if packet is None:
        return None
    return known(packet=packet, file=message.get("file"), mode=message.get("mode"))


EVENT = EventType("tftp", ("tftp",), _content, SCHEMA, client_first=False)
