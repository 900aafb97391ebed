"""``snmp``: one message.

Differs from Suricata: `community` and the user (`usm`) are never shown; an encrypted message has no `pdu_type`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sightglass.formats.eve.event_type import EventType
from sightglass.formats.shapes import INTEGER, STRING, Json, array, known, record

SCHEMA = record(
    {
        "version": INTEGER,
        "pdu_type": STRING,
        "error": STRING,
        "trap_type": STRING,
        "trap_oid": STRING,
        "trap_address": STRING,
        "vars": array(STRING),
    },
    "version",
)
_VERSIONS = {0: 1, 1: 2, 3: 3}
# RFC 3416 section 3: tags of PDUs.
_PDUS = (
    *("get_request", "get_next_request", "response", "set_request", "trap_v1", "get_bulk_request"),
    *("inform_request", "trap_v2", "report"),
)


def _content(messages: Sequence[Json]) -> Json | None:
    message = messages[0]
    version = message.get("version", 0)
    pdu = message.get("pdu")
    error = message.get("error_status", 0)
    oids = [str(oid) for oid in message.get("oids", ())]
    trap = message.get("generic_trap_name", message.get("generic_trap"))
    return known(
        version=_VERSIONS.get(version, version),
        pdu_type=_PDUS[pdu] if isinstance(pdu, int) and pdu < len(_PDUS) else None,
        error=message.get("error_status_name") if error and pdu == 2 else None,
        trap_type=str(trap) if trap is not None else None,
        trap_oid=message.get("enterprise") if isinstance(message.get("enterprise"), str) else None,
        trap_address=message.get("agent_address"),
        vars=oids or None,
    )


EVENT = EventType("snmp", ("snmp",), _content, SCHEMA, client_first=False)
