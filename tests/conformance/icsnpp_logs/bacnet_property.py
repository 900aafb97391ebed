"""bacnet_property.log: one row a property that is read or written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tests.conformance.icsnpp_logs import Message, Row, row

PROTOCOL = "bacnet"
FIELDS = ("invoke_id", "pdu_service", "object_type", "instance_number", "property", "array_index")
"""Values are left out: the tool prints them in its own way."""

READ, READ_MULTIPLE, WRITE, READ_RANGE = 12, 14, 15, 26


def _named(value: str | None) -> str | None:
    return None if value is None else value.replace("_", "-")


def _row(message: Message, owner: dict[str, Any], item: dict[str, Any]) -> Row:
    name = str(_named(message["function"]))
    if message["code"] != WRITE:
        name += "-request" if message["pdu_type"] == 0 else "-ack"
    return row(
        invoke_id=message.get("invoke_id"),
        pdu_service=name,
        object_type=_named(owner.get("object_type_name")),
        instance_number=owner.get("instance"),
        property=_named(item.get("property_name")),
        array_index=item.get("array_index"),
    )


def rows(messages: Iterable[Message]) -> Iterator[Row]:
    """Read, read multiple, read range and write; requests and answers with results."""
    for message in messages:
        kind, code = message.get("pdu_type"), message.get("code")
        if kind not in {0, 3} or code not in {READ, READ_MULTIPLE, WRITE, READ_RANGE}:
            continue
        if code == READ_MULTIPLE:
            for owner in message.get("objects", []):
                for item in owner.get("properties", []):
                    yield _row(message, owner, item)
        else:
            yield _row(message, message, message)
