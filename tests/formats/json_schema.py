"""A validator of the part of JSON Schema that our schemas use; another word in a schema is an error."""

from __future__ import annotations

import re
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_KNOWN = {
    *("$schema", "title", "type", "properties", "required", "additionalProperties", "items", "enum", "const"),
    *("pattern", "minimum", "maximum", "maxItems", "oneOf", "not"),
}


def _is(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, _TYPES[name])


def faults(value: Any, schema: dict[str, Any], place: str = "$") -> list[str]:
    """What of a value is not as its schema says."""
    assert set(schema) <= _KNOWN, set(schema) - _KNOWN
    found: list[str] = []
    types = schema.get("type")
    if types is not None and not any(
        _is(value, name) for name in ([types] if isinstance(types, str) else types)
    ):
        return [f"{place}: {value!r} is no {types}"]
    if "const" in schema and value != schema["const"]:
        found.append(f"{place}: {value!r} is not {schema['const']!r}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{place}: {value!r} is none of {schema['enum']}")
    if "not" in schema and not faults(value, schema["not"], place):
        found.append(f"{place}: {value!r} is excluded")
    if "pattern" in schema and isinstance(value, str) and re.search(schema["pattern"], value) is None:
        found.append(f"{place}: {value!r} does not match")
    if isinstance(value, int | float) and not schema.get("minimum", value) <= value <= schema.get(
        "maximum", value
    ):
        found.append(f"{place}: {value!r} is out of range")
    if isinstance(value, list):
        if len(value) > schema.get("maxItems", len(value)):
            found.append(f"{place}: too many items")
        for number, item in enumerate(value):
            found += faults(item, schema.get("items", {}), f"{place}[{number}]")
    if isinstance(value, dict):
        found += _members(value, schema, place)
    if "oneOf" in schema:
        found += _one_of(value, schema["oneOf"], place)
    return found


def _members(value: dict[str, Any], schema: dict[str, Any], place: str) -> list[str]:
    found = [f"{place}: {name} is missing" for name in schema.get("required", ()) if name not in value]
    properties = schema.get("properties", {})
    others = schema.get("additionalProperties", True)
    for name, item in value.items():
        if name in properties:
            found += faults(item, properties[name], f"{place}.{name}")
        elif others is False:
            found.append(f"{place}: {name} is not expected")
        elif isinstance(others, dict):
            found += faults(item, others, f"{place}.{name}")
    return found


def _one_of(value: Any, choices: list[dict[str, Any]], place: str) -> list[str]:
    tried = [faults(value, choice, place) for choice in choices]
    fitting = sum(1 for each in tried if not each)
    if fitting == 1:
        return []
    if fitting:
        return [f"{place}: fits {fitting} of oneOf"]
    return min(tried, key=len)
