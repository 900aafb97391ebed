"""DNP3: points by outstation, group, variation and index."""

from __future__ import annotations

from collections.abc import Hashable

from sightglass.formats.ipal.protocol import (
    ACTION,
    CONFIRMATION,
    INFORM,
    MAX_VALUES,
    IpalProtocol,
    activity_of,
)
from sightglass.formats.shapes import Json

_VALUES = ("value", "control_code", "timestamp_ms", "delay_ms", "file_name", "text")
_HEADER = 10  # octets of the link header with its check (IEEE 1815-2012 9.2.4)
_BLOCK = 16
_CHECK = 2
_LINK_COUNTED = 5  # octets of the header that the length counts
_CONFIRM = 0
_UNSOLICITED = 130
_CHANGES = frozenset(range(2, 32)) - {23}


def _outstation(message: Json) -> object:
    return message.get("link_destination" if message.get("link_dir") else "link_source", 0)


def _value(point: Json) -> object:
    for name in _VALUES:
        if name in point:
            return point[name]
    return None


def _data(message: Json, request: Json | None) -> Json:
    del request
    found: Json = {}
    outstation = _outstation(message)
    for shown in message.get("objects", ()):
        if not isinstance(shown, dict):
            continue
        place = f"{outstation}:{shown.get('group', 0)}:{shown.get('variation', 0)}"
        points = [point for point in shown.get("points", ()) if isinstance(point, dict)]
        for number, point in enumerate(points[:MAX_VALUES]):
            name = f"{place}:{point.get('index', number)}"
            value = _value(point)
            if str(shown.get("group_name", "")).endswith("_event"):
                # Several events of one point in one message keep their order.
                found.setdefault(name, []).append(value)
            else:
                found[name] = value
        if not points and message["kind"] == "request":
            found |= dict.fromkeys(_asked(place, shown))
    return found


def _asked(place: str, shown: Json) -> list[str]:
    start, stop = shown.get("start"), shown.get("stop")
    if not isinstance(start, int) or not isinstance(stop, int):
        return [place]
    return [f"{place}:{index}" for index in range(start, min(stop + 1, start + MAX_VALUES))]


def _activity(message: Json) -> str:
    code = message.get("code")
    if code == _CONFIRM:
        return CONFIRMATION
    if code == _UNSOLICITED:
        return INFORM
    if message["kind"] == "response" and message.get("request_function") in _CHANGES:
        return ACTION
    return activity_of(message)


def _length(message: Json) -> int | None:
    counted: int | None = message.get("link_length")
    whole = message.get("transport", {}).get("fir", True)
    if counted is None or not whole:  # the frame that completes a message tells its own length only
        return None
    data = max(0, int(counted) - _LINK_COUNTED)
    return _HEADER + data + _CHECK * -(-data // _BLOCK)


def _sequence(message: Json) -> object:
    control = message.get("application")
    return control.get("sequence") if isinstance(control, dict) else None


def _asks(message: Json) -> Hashable | None:
    control = message.get("application")
    if not isinstance(control, dict) or message.get("code") == _CONFIRM:
        return None
    if message["kind"] == "request":
        return ("response", _sequence(message))
    return ("confirm", _sequence(message), control.get("uns")) if control.get("con") else None


def _answers(message: Json) -> Hashable | None:
    control = message.get("application")
    if not isinstance(control, dict):
        return None
    if message.get("code") == _CONFIRM:
        return ("confirm", _sequence(message), control.get("uns"))
    return ("response", _sequence(message)) if message["kind"] == "response" else None


PROTOCOL = IpalProtocol(
    "dnp3", "dnp3", _data, activity=_activity, length=_length, asks=_asks, answers=_answers
)
