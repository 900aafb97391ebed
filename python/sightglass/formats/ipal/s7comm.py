"""S7comm: variables by the names that STEP 7 gives them (``DB20.DBB4``)."""

from __future__ import annotations

from sightglass.formats.ipal.generic import value_of
from sightglass.formats.ipal.protocol import IpalProtocol
from sightglass.formats.shapes import Json

_NAME = "s7"


def _values(message: Json) -> Json:
    items = [item for item in message.get("items", ()) if isinstance(item, dict)]
    return {str(item.get("name", number)): value_of(item) for number, item in enumerate(items)}


def _data(message: Json, request: Json | None) -> Json:
    if message["function"] == "write_var" and message["kind"] == "response" and request is not None:
        return _values(request)
    return _values(message)


def _type(message: Json) -> int | str | None:
    rosctr = message.get("rosctr")
    return rosctr if isinstance(rosctr, int) else str(message["function"])


PROTOCOL = IpalProtocol(_NAME, "s7comm", _data, type=_type)
