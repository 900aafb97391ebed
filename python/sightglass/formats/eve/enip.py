"""``enip``: a command with its reply, and the CIP service that they carry.

Names of commands, services, classes and states are ours, which follow the specification, where Suricata has texts of its own.
Differs: `cip.tag` names a symbolic path, `cip.embedded` lists what an Unconnected Send carries, and PCCC inside CIP has
events of its own. Without `enip` among the decoded protocols, CIP messages are events of the type ``cip`` with our fields.
"""

from __future__ import annotations

from collections.abc import Sequence

from sightglass.formats.eve.event_type import EventType, Step
from sightglass.formats.shapes import INTEGER, STRING, Json, array, known, record

_PATH = array(record({"segment_type": STRING, "value": INTEGER}, "segment_type", "value"))
_REQUEST = {"service": STRING, "path": _PATH, "class_name": STRING, "tag": STRING}
_RESPONSE = {
    "service": STRING,
    "status": STRING,
    "status_extended": STRING,
    "status_extended_meaning": STRING,
}
_REGISTER = record({"protocol_version": INTEGER, "options": INTEGER})
_IDENTITY = {
    "protocol_version": INTEGER,
    "revision": STRING,
    "vendor_id": STRING,
    "device_type": STRING,
    "product_code": INTEGER,
    "status": INTEGER,
    "serial": INTEGER,
    "product_name": STRING,
    "state": INTEGER,
}


def _cip_schema(one: Json) -> Json:
    service = record(one, "service")
    return record({**one, "multiple": array(service), "embedded": array(service)}, "service")


SCHEMA = record(
    {
        "request": record(
            {
                "command": STRING,
                "status": STRING,
                "register_session": _REGISTER,
                "cip": _cip_schema(_REQUEST),
            },
            *("command", "status"),
        ),
        "response": record(
            {
                "command": STRING,
                "status": STRING,
                "register_session": _REGISTER,
                "list_services": record(
                    {"protocol_version": INTEGER, "capabilities": INTEGER, "service_name": STRING}
                ),
                "identity": record(_IDENTITY),
                "cip": _cip_schema(_RESPONSE),
            },
            *("command", "status"),
        ),
    }
)
_SEGMENTS = (
    ("class", "logical_class_id"),
    ("instance", "logical_instance_id"),
    ("member", "logical_member_id"),
    ("connection_point", "logical_connection_point"),
    ("attribute", "logical_attribute_id"),
)
_DIRECT = {"register_session", "unregister_session", "list_identity", "list_services", "list_interfaces"}


def _service(message: Json) -> Json:
    if message["kind"] == "response":
        extended = message.get("extended_status")
        return known(
            service=message["function"],
            status=message.get("status_name"),
            status_extended=_hex(extended),
            status_extended_meaning=message.get("extended_status_name"),
        )
    path = [
        {"segment_type": kind, "value": message[name]}
        for name, kind in _SEGMENTS
        if isinstance(message.get(name), int)
    ]
    name = message.get("class_name")
    return known(
        service=message["function"],
        path=path or None,
        class_name=name if name != "unknown" else None,
        tag=message.get("tag"),
    )


def _hex(value: object) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    return f"{value:04x}" if isinstance(value, int) else value if isinstance(value, str) else None


def _cip(carried: list[Json]) -> Json | None:
    services = [message for message in carried if message["protocol"] == "cip"]
    if not services:
        return None
    first, *rest = services
    shown = _service(first)
    if not rest:
        return shown
    if first["function"] == "multiple_service_packet":
        shown["multiple"] = [_service(message) for message in rest]
    else:
        shown["embedded"] = [_service(message) for message in rest]
    return shown


def _identity(item: Json) -> Json:
    serial = item.get("serial_number")
    return known(
        protocol_version=item.get("protocol_version"),
        revision=item.get("revision"),
        vendor_id=_text(item, "vendor_id"),
        device_type=_text(item, "device_type"),
        product_code=item.get("product_code"),
        status=item.get("device_status"),
        serial=int(serial, 16) if isinstance(serial, str) else serial,
        product_name=item.get("product_name"),
        state=item.get("state"),
    )


def _text(item: Json, name: str) -> str | None:
    value = item.get(f"{name}_name", item.get(name))
    return None if value is None else str(value)


def _one(message: Json) -> Json:
    function = message["function"]
    shown: Json = {
        "command": function,
        "status": message.get("status_name", f"unknown-{message.get('status', 0)}"),
    }
    items = [item for item in message.get("items", ()) if isinstance(item, dict)]
    if function == "register_session" and "protocol_version" in message:
        shown["register_session"] = known(
            protocol_version=message["protocol_version"], options=message.get("session_options")
        )
    elif function == "list_identity" and items:
        shown["identity"] = _identity(items[0])
    elif function == "list_services" and items:
        shown["list_services"] = known(
            protocol_version=items[0].get("protocol_version"),
            capabilities=items[0].get("capability_flags"),
            service_name=items[0].get("service_name"),
        )
    cip = _cip(message.get("carried", []))
    if cip is not None:
        shown["cip"] = cip
    return shown


def _step(message: Json) -> Step | None:
    if message["kind"] not in {"request", "response"}:
        return None
    if message["function"] == "unregister_session":  # nobody answers it
        return None
    sequence = [item.get("sequence_count") for item in message.get("items", ()) if isinstance(item, dict)]
    key = (message.get("code"), message.get("sender_context"), *filter(None, sequence))
    if message["function"] in _DIRECT:
        key = (message.get("code"),)
    return Step(key, message["kind"] == "request", message["kind"] == "response")


def _content(messages: Sequence[Json]) -> Json | None:
    return {"response" if message["kind"] == "response" else "request": _one(message) for message in messages}


EVENT = EventType("enip", ("enip",), _content, SCHEMA, step=_step)
