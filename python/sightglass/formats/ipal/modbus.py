"""Modbus: coils, discrete inputs, input and holding registers by their addresses."""

from __future__ import annotations

from sightglass.formats.ipal.protocol import MAX_VALUES, IpalProtocol
from sightglass.formats.shapes import Json

_SPACES = {
    1: "coil",
    2: "discrete.input",
    3: "holding.register",
    4: "input.register",
    5: "coil",
    6: "holding.register",
    15: "coil",
    16: "holding.register",
    23: "holding.register",
}
_ON = 0xFF00
_HEADER = 6  # bytes of the MBAP header before what its length counts


def _range(space: str, address: int, values: list[object]) -> Json:
    return {f"{space}.{address + number}": value for number, value in enumerate(values[:MAX_VALUES])}


def _written(message: Json, space: str) -> Json:
    address = message.get("address")
    if address is None:
        return {}
    if "value" in message:
        value = message["value"]
        return {f"{space}.{address}": int(value == _ON) if space == "coil" else value}
    return _range(space, address, list(message.get("values", ())))


def _data(message: Json, request: Json | None) -> Json:
    code = message.get("code", 0)
    space = _SPACES.get(code)
    if space is None or "exception" in message:
        return {}
    is_request = message["kind"] == "request"
    if code in {5, 6, 15, 16}:
        return _written(message, space) or (_written(request, space) if request is not None else {})
    prefix = "read_" if code == 23 else ""
    address = message.get(f"{prefix}address", (request or {}).get(f"{prefix}address"))
    if address is None:
        return {}
    if not is_request:
        return _range(space, address, list(message.get("values", ())))
    quantity = min(message.get(f"{prefix}quantity", 0), MAX_VALUES)
    asked = _range(space, address, [None] * quantity)
    return asked | (_written(message, space) if code == 23 else {})


def _length(message: Json) -> int | None:
    return message["length"] + _HEADER if "length" in message and "transaction_id" in message else None


def _unit(message: Json) -> str | None:
    return str(message["unit_id"]) if "unit_id" in message else None


PROTOCOL = IpalProtocol("modbus", "modbus", _data, length=_length, unit=_unit)
