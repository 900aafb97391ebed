"""Beckhoff ADS: values by index group and offset, or by symbol, as hexadecimal digits; notifications by their handle."""

from __future__ import annotations

from sightglass.formats.ipal.protocol import MAX_VALUES, IpalProtocol
from sightglass.formats.shapes import Json

_TRANSFERS = {"read", "write", "read_write"}


def _name(message: Json) -> str | None:
    if message.get("symbol"):
        return str(message["symbol"])
    if "index_group" not in message:
        return None
    return f"{message['index_group']}:{message.get('index_offset', 0)}"


def _data(message: Json, request: Json | None) -> Json:
    samples = message.get("samples")
    if isinstance(samples, list):
        named = [each for each in samples[:MAX_VALUES] if isinstance(each, dict)]
        return {f"notification {each.get('notification_handle', 0)}": each.get("data") for each in named}
    if message["function"] not in _TRANSFERS or message.get("result"):
        return {}
    asks = message["kind"] == "request"
    asked = message if asks else request or {}
    name = _name(asked)
    if name is None:
        return {}
    written = asked.get("data") if message["function"] == "write" else None
    return {name: written if asks or written is not None else message.get("data")}


PROTOCOL = IpalProtocol("ads", "ads", _data)
