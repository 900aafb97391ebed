"""Mitsubishi MC protocol: points by device and number."""

from __future__ import annotations

from sightglass.formats.ipal.protocol import IpalProtocol
from sightglass.formats.ipal.ranges import consecutive
from sightglass.formats.shapes import Json


def _data(message: Json, request: Json | None) -> Json:
    asked = message if message["kind"] == "request" else request
    if asked is None or "device" not in asked or not isinstance(asked.get("address"), int):
        return {}
    values = message.get("values")
    if values is None and message["kind"] == "response":
        values = asked.get("values")
        if values is None:
            return {}
    device = str(asked.get("device_name", asked["device"]))
    return consecutive(device, asked["address"], asked.get("count", 1), values)


PROTOCOL = IpalProtocol("melsec", "melsec", _data)
