"""BACnet: properties by object type, instance and property."""

from __future__ import annotations

from sightglass.formats.ipal.generic import plain
from sightglass.formats.ipal.protocol import MAX_VALUES, IpalProtocol
from sightglass.formats.shapes import Json


def _object(entry: Json) -> str | None:
    if "object_type" not in entry:
        return None
    return f"{entry.get('object_type_name', entry['object_type'])}:{entry.get('instance', 0)}"


def _property(entry: Json, place: str) -> str:
    name = f"{place}:{entry.get('property_name', entry['property'])}"
    index = entry.get("array_index")
    return f"{name}[{index}]" if index is not None else name


def _add(found: Json, entries: object, place: str) -> None:
    if not isinstance(entries, list):
        return
    for entry in entries[:MAX_VALUES]:
        if isinstance(entry, dict) and "property" in entry:
            found[_property(entry, place)] = plain(entry.get("value"))


def _values(message: Json) -> Json:
    found: Json = {}
    place = _object(message)
    if place is not None:
        if "property" in message:
            found[_property(message, place)] = plain(message.get("value"))
        _add(found, message.get("values"), place)
    for entry in message.get("objects", ())[:MAX_VALUES]:
        if isinstance(entry, dict) and (inner := _object(entry)) is not None:
            _add(found, entry.get("properties", entry.get("values")), inner)
    return found


def _data(message: Json, request: Json | None) -> Json:
    if "error_class" in message:
        return {}
    found = _values(message)
    if not found and request is not None and message["category"] == "write":
        return _values(request)
    return found


def _unit(message: Json) -> str | None:
    asks = message["kind"] == "request"
    network, address = message.get("dnet" if asks else "snet"), message.get("dadr" if asks else "sadr")
    return f"{network}:{address}" if network is not None and address else None


def _length(message: Json) -> int | None:
    length = message.get("bvlc_length", message.get("mstp_length"))
    return length if isinstance(length, int) else None


PROTOCOL = IpalProtocol("bacnet", "bacnet", _data, unit=_unit, length=_length)
