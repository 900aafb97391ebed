"""IEC 61850: MMS variables by domain and item, members of data sets in GOOSE and Sampled Values by their place."""

from __future__ import annotations

from sightglass.formats.ipal.generic import plain
from sightglass.formats.ipal.protocol import MAX_VALUES, IpalProtocol, scalar
from sightglass.formats.shapes import Json


def _name(variable: Json) -> str:
    domain, item = variable.get("domain"), str(variable.get("item", ""))
    return f"{domain}/{item}" if domain else item


def _mms(message: Json, request: Json | None) -> Json:
    asked = request or {}
    variables = message.get("variables") or asked.get("variables") or []
    names = [_name(each) for each in variables if isinstance(each, dict)]
    values = message.get("values")
    if values is None and message["kind"] == "response" and message["function"] == "write":
        values = asked.get("values")
    if not isinstance(values, list):
        return dict.fromkeys(names[:MAX_VALUES]) if message["function"] == "read" else {}
    if len(names) != len(values):
        whole = names[0] if names else _name(message if "item" in message else asked)
        names = [f"{whole}[{number}]" for number in range(len(values))]
    return {name: plain(value) for name, value in list(zip(names, values, strict=True))[:MAX_VALUES]}


def _goose(message: Json, request: Json | None) -> Json:
    del request
    data_set = message.get("dat_set") or message.get("gocb_ref", "")
    values = message.get("all_data", [])
    return {f"{data_set}[{number}]": plain(value) for number, value in enumerate(values[:MAX_VALUES])}


def _sv(message: Json, request: Json | None) -> Json:
    """Each channel's samples in the order of the ASDUs."""
    del request
    found: dict[str, list[object]] = {}
    for asdu in message.get("asdus", ()):
        if not isinstance(asdu, dict):
            continue
        stream = asdu.get("sv_id", message.get("sv_id", ""))
        for number, sample in enumerate(asdu.get("samples", ())[:MAX_VALUES]):
            found.setdefault(f"{stream}[{number}]", []).append(plain(sample))
    return {name: scalar(values) for name, values in found.items()}


def _length(message: Json) -> int | None:
    length = message.get("length")
    return length if isinstance(length, int) else None


def _no_type(message: Json) -> int | str | None:
    """Neither has functions."""
    del message
    return None


MMS = IpalProtocol("mms", "mms", _mms)
GOOSE = IpalProtocol("goose", "goose", _goose, type=_no_type, length=_length)
SV = IpalProtocol("sv", "sv", _sv, type=_no_type, length=_length)
