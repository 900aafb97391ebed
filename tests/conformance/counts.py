"""Turns our decoded messages into the counts that the truth files hold, field by field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

Message = dict[str, Any]
Values = Callable[[Message], Iterable[str]]


def _one(value: Any, form: Callable[[Any], str] = str) -> Iterator[str]:
    if value is not None:
        yield form(value)


def _hex(width: int) -> Callable[[Any], str]:
    return lambda value: f"0x{int(value):0{width}x}"


def _side(message: Message) -> str:
    return "req" if message["kind"] == "request" else "rsp"


def _objects(message: Message, name: str) -> Iterator[Any]:
    """Every value of a field at any depth, in wire order."""
    for key, value in message.items():
        if key == name and not isinstance(value, (dict, list)):
            yield value
        elif isinstance(value, dict):
            yield from _objects(value, name)
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    yield from _objects(item, name)


def _class(value: int) -> str:
    """Class ids are written with two digits where one byte holds them, else with four."""
    return f"0x{value:02x}" if value < 0x100 else f"0x{value:04x}"


def _bacnet_service(message: Message, kinds: set[int]) -> Iterator[str]:
    if message.get("pdu_type") in kinds and message.get("code") is not None:
        yield str(message["code"])


RULES: dict[str, dict[str, tuple[str, Values]]] = {
    "modbus": {
        "func": ("modbus", lambda m: [f"{_side(m)} {m['code']}"]),
        "unit_id": ("modbus", lambda m: _one(m.get("unit_id"))),
        "exception": ("modbus", lambda m: _one(m.get("exception"))),
        "diag_subfunc": ("modbus", lambda m: _one(m.get("sub_function"))),
        "mei": ("modbus", lambda m: _one(m.get("mei_type"))),
    },
    "s7comm": {
        "rosctr": ("s7comm", lambda m: _one(m.get("rosctr"))),
        "func": (
            "s7comm",
            lambda m: [f"{m['rosctr']}/0x{m.get('code', 0):02x}"] if m.get("rosctr") in {1, 3, 7} else [],
        ),
        "error_class": ("s7comm", lambda m: _one(m.get("error_class"), _hex(2))),
        "szl_id": ("s7comm", lambda m: _one(m.get("szl_id"), _hex(4))),
        "userdata_group": (
            "s7comm",
            lambda m: [f"{m['type']}/{m['group']}"] if "group" in m and "type" in m else [],
        ),
        "userdata_subfunc": (
            "s7comm",
            lambda m: [f"{m['group']}/{m['subfunction']}"] if "group" in m and "subfunction" in m else [],
        ),
    },
    "enip": {
        "command": ("enip", lambda m: [f"{_side(m)} 0x{m['code']:04x}"]),
        "status": ("enip", lambda m: _one(m.get("status"), _hex(8))),
    },
    "cip": {
        "service": ("cip", lambda m: [f"0x{m['code'] | (0x80 if m['kind'] == 'response' else 0):02x}"]),
        "class": ("cip", lambda m: (_class(value) for value in _objects(m, "class"))),
        "status": ("cip", lambda m: _one(m.get("status"), _hex(2)) if m["kind"] == "response" else []),
    },
    "dnp3": {
        "al_func": ("dnp3", lambda m: _one(m.get("code"))),
        "link_func": ("dnp3", lambda m: _one(m.get("link_function")) if m.get("link_prm", True) else []),
        "src": ("dnp3", lambda m: _one(m.get("link_source"))),
        "dst": ("dnp3", lambda m: _one(m.get("link_destination"))),
        "object": (
            "dnp3",
            lambda m: (f"0x{each['group']:02x}{each['variation']:02x}" for each in m.get("objects", [])),
        ),
    },
    "bacnet": {
        "apdu_type": ("bacnet", lambda m: _one(m.get("pdu_type"))),
        "bvlc_func": ("bacnet", lambda m: _one(m.get("bvlc_function"), _hex(2))),
        "confirmed": ("bacnet", lambda m: _bacnet_service(m, {0, 2, 3, 5})),
        "unconfirmed": ("bacnet", lambda m: _bacnet_service(m, {1})),
        "net_msg": ("bacnet", lambda m: _one(m.get("network_message"), _hex(2))),
        "object_type": ("bacnet", lambda m: (str(value) for value in _objects(m, "object_type"))),
        "property": ("bacnet", lambda m: (str(value) for value in _objects(m, "property"))),
        "error_code": ("bacnet", lambda m: (str(value) for value in _objects(m, "error_code"))),
    },
    "profinet": {
        "dcp_service": ("profinet_dcp", lambda m: [f"{m['service_type']}/{m['code']}"]),
        "dcp_option": ("profinet_dcp", lambda m: (str(value) for value in _objects(m, "option"))),
    },
}
"""Truth protocol -> truth field -> our protocol and the values that one of our messages adds."""


def count(messages: Iterable[Message]) -> dict[str, dict[str, Counter[str]]]:
    """Counts of all fields that have a rule."""
    by_protocol: dict[str, list[tuple[str, str, Values]]] = {}
    for protocol, fields in RULES.items():
        for field, (own, values) in fields.items():
            by_protocol.setdefault(own, []).append((protocol, field, values))
    found: dict[str, dict[str, Counter[str]]] = {}
    for message in messages:
        for protocol, field, values in by_protocol.get(message["protocol"], []):
            counter = found.setdefault(protocol, {}).setdefault(field, Counter())
            try:
                counter.update(values(message))
            except (KeyError, TypeError):
                counter["(missing field)"] += 1
    return found
