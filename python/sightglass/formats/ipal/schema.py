"""JSON Schema of the messages."""

from __future__ import annotations

from sightglass.formats.ipal.protocol import ACTIVITIES
from sightglass.formats.shapes import ANY_OBJECT, NUMBER, SCHEMA, STRING, Json, one_of, record


def schema() -> Json:
    """The schema of one message."""
    properties: Json = {
        "id": {"type": "integer", "minimum": 0},
        "timestamp": NUMBER,
        "protocol": STRING,
        "malicious": {"type": "null"},
        "src": STRING,
        "dest": STRING,
        "length": {"type": ["integer", "null"]},
        "crc": {"type": "null"},
        "type": {"type": ["integer", "string", "null"]},
        "activity": one_of(*ACTIVITIES),
        "responds to": {"type": "array", "items": {"type": "integer", "minimum": 0}, "maxItems": 1},
        "data": ANY_OBJECT,
    }
    return {
        "$schema": SCHEMA,
        "title": "An IPAL message, as `sightglass decode --format ipal` writes it",
        **record(properties, *properties),
    }
