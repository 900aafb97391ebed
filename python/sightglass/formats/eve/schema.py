"""JSON Schema of the events."""

from __future__ import annotations

from sightglass.formats.eve import flow
from sightglass.formats.eve.envelope import PROPERTIES
from sightglass.formats.eve.registry import EVENT_TYPES
from sightglass.formats.shapes import SCHEMA, STRING, Json, record

_ANOMALY = record(
    {"app_proto": STRING, "type": STRING, "event": STRING, "layer": STRING},
    "app_proto",
    "type",
    "event",
    "layer",
)


def schema() -> Json:
    """The schema of one event: of a type that Suricata has, or of a protocol that it has not."""
    contents = {kind.name: kind.schema for kind in EVENT_TYPES}
    contents |= {flow.NAME: flow.SCHEMA, "anomaly": _ANOMALY}
    types = [_of_type(name, content) for name, content in sorted(contents.items())]
    own: Json = {
        "type": "object",
        "properties": {**PROPERTIES, "event_type": {"type": "string", "not": {"enum": sorted(contents)}}},
        "required": ["timestamp", "flow_id", "event_type", "pcap_cnt"],
        "additionalProperties": {
            "type": "object",
            "properties": {"kind": STRING, "function": STRING, "category": STRING},
            "required": ["kind", "function", "category"],
        },
    }
    return {
        "$schema": SCHEMA,
        "title": "An EVE event, as `sightglass decode --format eve` writes it",
        "oneOf": [*types, own],
    }


def _of_type(name: str, content: Json) -> Json:
    properties: Json = {**PROPERTIES, "event_type": {"const": name}, name: content}
    required = ["timestamp", "flow_id", "event_type", name]
    if name == flow.NAME:
        properties["tcp"] = flow.TCP_SCHEMA
        del properties["pcap_cnt"], properties["pcap_filename"]
    else:
        required.append("pcap_cnt")
    return record(properties, *required)
