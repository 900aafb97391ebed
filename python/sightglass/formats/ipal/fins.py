"""Omron FINS: memory by area, word and bit."""

from __future__ import annotations

from sightglass.formats.ipal.generic import plain
from sightglass.formats.ipal.protocol import IpalProtocol
from sightglass.formats.ipal.ranges import consecutive
from sightglass.formats.shapes import Json


def _area(entry: Json) -> str:
    return str(entry.get("area_name", entry.get("area", "")))


def _item(entry: Json) -> str:
    bit = entry.get("bit")
    return f"{_area(entry)}.{entry.get('address', 0)}" + (f".{bit}" if bit is not None else "")


def _data(message: Json, request: Json | None) -> Json:
    asked = message if message["kind"] == "request" else request
    if asked is None:
        return {}
    values = message.get("values")
    items = asked.get("items")
    if isinstance(items, list):
        own = message.get("items", items)
        named = zip(items, own, strict=False)
        return {_item(item): plain(each.get("value")) for item, each in named if isinstance(item, dict)}
    if "area" not in asked:
        return {}
    if values is None and message["kind"] == "response":
        values = asked.get("values")  # a write is answered without them
    if values is None and message["kind"] == "response":
        return {}
    count, address, bit = asked.get("count", 1), asked.get("address", 0), asked.get("bit")
    if bit is None:
        return consecutive(f"{_area(asked)}.", address, count, values)
    return consecutive(f"{_area(asked)}.{address}.", bit, count, values)


PROTOCOL = IpalProtocol("fins", "fins", _data)
