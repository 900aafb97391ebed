"""CIP: tags by their names, attributes by their paths."""

from __future__ import annotations

from collections.abc import Hashable

from sightglass.formats.ipal.generic import plain
from sightglass.formats.ipal.protocol import IpalProtocol, scalar
from sightglass.formats.shapes import Json


def _name(message: Json) -> str | None:
    return message.get("tag") or message.get("path")


def _data(message: Json, request: Json | None) -> Json:
    name = _name(message) or (_name(request) if request is not None else None)
    if name is None:
        return {}
    attributes = message.get("attributes")
    if isinstance(attributes, list):
        named = [each for each in attributes if isinstance(each, dict) and "id" in each]
        return {f"{name}.{each['id']}": plain(each.get("value")) for each in named}
    if "values" in message:
        return {name: scalar(list(message["values"]))}
    if message["category"] not in {"read", "write"}:
        return {}
    if message["kind"] == "request":
        return {name: None}
    if message["category"] == "write" and request is not None and "values" in request:
        return {name: scalar(list(request["values"]))}
    return {}


def _key(message: Json) -> Hashable:
    return (message.get("code"), _name(message))


def _asks(message: Json) -> Hashable | None:
    return _key(message) if message["kind"] == "request" else None


def _answers(message: Json) -> Hashable | None:
    return _key(message) if message["kind"] == "response" else None


PROTOCOL = IpalProtocol("cip", "cip", _data, asks=_asks, answers=_answers)
