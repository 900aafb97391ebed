"""IEC 60870-5-104: objects by common address and information object address."""

from __future__ import annotations

from collections.abc import Hashable

from sightglass.formats.ipal.protocol import (
    ACTION,
    COMMAND,
    CONFIRMATION,
    INFORM,
    INTERROGATE,
    MAX_VALUES,
    IpalProtocol,
)
from sightglass.formats.shapes import Json

_READ = 102  # C_RD_NA_1
_FIRST_COMMAND = 45  # type ids from here on go towards the station or come back from it (7.2.1.1)
_START = 2  # start byte and length byte


def _data(message: Json, request: Json | None) -> Json:
    del request
    station = message.get("common_address")
    objects = [each for each in message.get("objects", ()) if isinstance(each, dict)]
    named = [each for each in objects[:MAX_VALUES] if "ioa" in each]
    if message.get("code") == _READ:
        return {f"{station}.{each['ioa']}": None for each in named}
    return {f"{station}.{each['ioa']}": each["value"] for each in named if "value" in each}


def _activity(message: Json) -> str:
    if message.get("apci") == "S":
        return CONFIRMATION
    kind = message["kind"]
    if kind == "request":
        return INTERROGATE if message.get("code") == _READ else COMMAND
    if kind == "response":
        return ACTION
    return ACTION if message.get("code", 0) >= _FIRST_COMMAND else INFORM


def _type(message: Json) -> int | str | None:
    code = message.get("code")
    return f"I-{code}" if code is not None else str(message.get("apci", message["function"]))


def _length(message: Json) -> int | None:
    return message["length"] + _START if "length" in message else None


def _key(message: Json) -> Hashable:
    objects = message.get("objects") or [{}]
    return (message["function"], objects[0].get("ioa") if isinstance(objects[0], dict) else None)


def _asks(message: Json) -> Hashable | None:
    return _key(message) if message["kind"] == "request" else None


def _answers(message: Json) -> Hashable | None:
    return _key(message) if message["kind"] == "response" else None


PROTOCOL = IpalProtocol(
    "iec104", "iec104", _data, activity=_activity, type=_type, length=_length, asks=_asks, answers=_answers
)
