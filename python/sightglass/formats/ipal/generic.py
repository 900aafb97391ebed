"""Values of protocols that have no file of their own: named values wherever the decoder shows some."""

from __future__ import annotations

from sightglass.formats.ipal.protocol import MAX_VALUES, IpalProtocol, scalar
from sightglass.formats.shapes import Json

_NAMES = (
    "name",
    "object",
    "tag",
    "symbol",
    "node_id",
    "variable",
    "item",
    "channel",
    "area",
    "device",
    "obis",
)
_NUMBERS = ("bank", "index_group", "index_offset", "address", "bit", "attribute", "slot", "register")
_LISTS = ("items", "variables", "points", "results", "samples", "objects", "records", "commands")


def name_of(entry: Json) -> str | None:
    """The name that an entry gives itself, of its texts and numbers."""
    texts = (entry.get(f"{name}_name", entry.get(name)) for name in _NAMES)
    parts = [str(text) for text in texts if isinstance(text, str) and text]
    parts += [str(entry[name]) for name in _NUMBERS if isinstance(entry.get(name), int)]
    return ".".join(parts) or None


def value_of(entry: Json) -> object:
    """The value of an entry; None where it has none."""
    for name in ("value", "values", "data"):
        value = entry.get(name)
        if isinstance(value, list):
            return scalar([plain(each) for each in value[:MAX_VALUES]])
        if value is not None:
            return plain(value)
    return None


def plain(value: object) -> object:
    """A value without the type beside it."""
    if isinstance(value, dict):
        inner = value.get("value")
        return plain(inner) if inner is not None else None
    if isinstance(value, list):
        return [plain(each) for each in value[:MAX_VALUES]]
    return value


def data(message: Json, request: Json | None) -> Json:
    """Named values of a message and of the lists in it; names come from the request where the answer has none."""
    found: Json = {}
    _add(found, message, request)
    for name in _LISTS:
        entries = message.get(name)
        if not isinstance(entries, list):
            continue
        asked = request.get(name) if request is not None else None
        for number, entry in enumerate(entries[:MAX_VALUES]):
            if isinstance(entry, dict):
                other = asked[number] if isinstance(asked, list) and number < len(asked) else None
                _add(found, entry, other if isinstance(other, dict) else None)
    return found


def _add(found: Json, entry: Json, request: Json | None) -> None:
    value = value_of(entry)
    name = name_of(entry) or (name_of(request) if request is not None else None)
    if name is not None and (value is not None or entry.get("kind", "request") == "request"):
        found[name] = value


def generic(protocol: str) -> IpalProtocol:
    """The protocol of a name, without knowledge of its own."""
    return IpalProtocol(protocol, protocol, data)
