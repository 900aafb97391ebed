"""OPC UA: attributes by node id; notifications by the client's handle of the monitored item."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from sightglass.formats.ipal.generic import plain
from sightglass.formats.ipal.protocol import MAX_VALUES, IpalProtocol
from sightglass.formats.shapes import Json

_VALUE = 13  # the attribute Value (Part 6, A.1)
_MAX_DEPTH = 8


def _name(node: Json) -> str:
    attribute = node.get("attribute_id", _VALUE)
    name = str(node.get("node_id", ""))
    return name if attribute == _VALUE else f"{name}.{node.get('attribute_id_name', attribute)}"


def _nodes(message: Json | None, field: str) -> list[Json]:
    nodes = (message or {}).get(field, [])
    return [node for node in nodes[:MAX_VALUES] if isinstance(node, dict)]


def _handled(value: object, depth: int = 0) -> Iterator[Json]:
    """Items with a client handle and a value, wherever a notification holds them."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        if "client_handle" in value and "value" in value:
            yield value
            return
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _handled(each, depth + 1)


def _data(message: Json, request: Json | None) -> Json:
    function, kind = message["function"], message["kind"]
    if function == "publish":
        items = list(_handled(message.get("notification_message")))
        return {f"handle {item['client_handle']}": plain(item["value"]) for item in items[:MAX_VALUES]}
    if function == "write":
        nodes = _nodes(message if kind == "request" else request, "nodes_to_write")
        return {_name(node): plain(node.get("value")) for node in nodes}
    if function != "read":
        return {}
    if kind == "request":
        return {_name(node): None for node in _nodes(message, "nodes_to_read")}
    results = message.get("results", [])
    return {
        _name(node): plain(result.get("value")) if isinstance(result, dict) else None
        for node, result in zip(_nodes(request, "nodes_to_read"), results, strict=False)
    }


def _length(message: Json) -> int | None:
    size = message.get("message_size")
    return size if isinstance(size, int) and message.get("chunks", 1) == 1 else None


def _key(message: Json) -> Hashable:
    return (message.get("secure_channel_id"), message.get("request_id"))


def _asks(message: Json) -> Hashable | None:
    return _key(message) if message["kind"] == "request" and "request_id" in message else None


def _answers(message: Json) -> Hashable | None:
    return _key(message) if message["kind"] == "response" and "request_id" in message else None


PROTOCOL = IpalProtocol("opcua", "opcua", _data, length=_length, asks=_asks, answers=_answers)
