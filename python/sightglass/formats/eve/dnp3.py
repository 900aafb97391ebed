"""``dnp3``: one message, under ``request`` or ``response`` by its direction.

Differs from Suricata: frames without an application fragment are events too, without `application`; an object's points
have our fields beside `index`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sightglass.formats.eve.event_type import EventType
from sightglass.formats.shapes import ANY_OBJECT, BOOLEAN, INTEGER, STRING, Json, array, known, record

# Bits of the internal indications (IEEE 1815-2012 4.2.2.6), the first octet high, by Suricata's rule keywords.
_INDICATORS = {
    0x0100: "all_stations",
    0x0200: "class_1_events",
    0x0400: "class_2_events",
    0x0800: "class_3_events",
    0x1000: "need_time",
    0x2000: "local_control",
    0x4000: "device_trouble",
    0x8000: "device_restart",
    0x0001: "no_func_code_support",
    0x0002: "object_unknown",
    0x0004: "parameter_error",
    0x0008: "event_buffer_overflow",
    0x0010: "already_executing",
    0x0020: "config_corrupt",
    0x0040: "reserved_2",
    0x0080: "reserved_1",
}
_OBJECT = record(
    {
        "group": INTEGER,
        "variation": INTEGER,
        "qualifier": INTEGER,
        "prefix_code": INTEGER,
        "range_code": INTEGER,
        "start": INTEGER,
        "stop": INTEGER,
        "count": INTEGER,
        "points": array(ANY_OBJECT),
    },
    "group",
    "variation",
)
_MESSAGE = record(
    {
        "type": STRING,
        "control": record(
            {"dir": BOOLEAN, "pri": BOOLEAN, "fcb": BOOLEAN, "fcv": BOOLEAN, "function_code": INTEGER},
        ),
        "src": INTEGER,
        "dst": INTEGER,
        "application": record(
            {
                "control": record(
                    {"fir": BOOLEAN, "fin": BOOLEAN, "con": BOOLEAN, "uns": BOOLEAN, "sequence": INTEGER}
                ),
                "function_code": INTEGER,
                "objects": array(_OBJECT),
                "complete": BOOLEAN,
            },
            *("function_code", "objects", "complete"),
        ),
        "iin": record({"indicators": array(STRING)}, "indicators"),
    },
    *("type", "control"),
)
SCHEMA = record({"request": _MESSAGE, "response": _MESSAGE})
_DAMAGED = {"bad_length", "truncated", "missing_field"}


def indicators(iin: int) -> list[str]:
    """Names of the indications that are set, by bit."""
    return [name for bit, name in _INDICATORS.items() if iin & bit]


def _object(shown: Json) -> Json:
    qualifier = shown.get("qualifier")
    members = known(
        group=shown.get("group", 0),
        variation=shown.get("variation", 0),
        qualifier=qualifier,
        prefix_code=qualifier >> 4 & 7 if qualifier is not None else None,
        range_code=qualifier & 15 if qualifier is not None else None,
        start=shown.get("start"),
        stop=shown.get("stop"),
        count=shown.get("count"),
    )
    if "count" not in members and "start" in members and "stop" in members:
        members["count"] = max(0, members["stop"] - members["start"] + 1)
    if "points" in shown:
        members["points"] = [
            point if isinstance(point, dict) else {"value": point} for point in shown["points"]
        ]
    return members


def _content(messages: Sequence[Json]) -> Json | None:
    message = messages[0]
    code = message.get("code")
    outstation = code in {129, 130, 131} if code is not None else not message.get("link_dir", False)
    kind = "response" if outstation else "request"
    shown: Json = {"type": "unsolicited_response" if code == 130 else kind}
    function = message.get("link_function", message.get("link_secondary_function"))
    shown["control"] = known(
        dir=message.get("link_dir"),
        pri=message.get("link_prm"),
        fcb=message.get("link_fcb"),
        fcv=message.get("link_fcv"),
        function_code=function,
    )
    shown |= known(src=message.get("link_source"), dst=message.get("link_destination"))
    if code is not None:
        control = message.get("application")
        shown["application"] = known(
            control=control if isinstance(control, dict) else None,
            function_code=code,
            objects=[_object(each) for each in message.get("objects", ())],
            complete=not _DAMAGED & set(message.get("anomalies", ())),
        )
    if "iin" in message:
        shown["iin"] = {"indicators": indicators(message["iin"])}
    return {kind: shown}


EVENT = EventType("dnp3", ("dnp3",), _content, SCHEMA, client_first=False)
