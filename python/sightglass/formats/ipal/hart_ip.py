"""HART-IP: numbers of a command's answer by their names, device variables by their place."""

from __future__ import annotations

from sightglass.formats.ipal.protocol import MAX_VALUES, IpalProtocol
from sightglass.formats.shapes import Json


def _numbers(entry: Json, prefix: str = "") -> Json:
    """Floating-point numbers are what HART has for process values."""
    return {f"{prefix}{name}": value for name, value in entry.items() if isinstance(value, float)}


def _data(message: Json, request: Json | None) -> Json:
    del request
    found = _numbers(message)
    for number, variable in enumerate(message.get("variables", ())[:MAX_VALUES]):
        if isinstance(variable, dict):
            found |= _numbers(variable, f"variables[{variable.get('device_variable', number)}].")
    for command in message.get("commands", ())[:MAX_VALUES]:
        if isinstance(command, dict):
            found |= _numbers(command, f"command {command.get('command', '')}.")
    return found


def _length(message: Json) -> int | None:
    length = message.get("length")
    return length if isinstance(length, int) else None


def _unit(message: Json) -> str | None:
    address = message.get("address")
    return str(address) if address is not None else None


PROTOCOL = IpalProtocol("hart_ip", "hart_ip", _data, length=_length, unit=_unit)
