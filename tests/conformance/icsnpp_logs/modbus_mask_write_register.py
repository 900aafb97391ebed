"""modbus_mask_write_register.log: one row a message of function 22."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.conformance.icsnpp_logs import Message, Row, row
from tests.conformance.icsnpp_logs.modbus import function_name

PROTOCOL = "modbus"
FIELDS = ("tid", "unit", "func", "request_response", "address", "and_mask", "or_mask")


def rows(messages: Iterable[Message]) -> Iterator[Row]:
    """Requests and responses alike."""
    for message in messages:
        if message["code"] == 22:
            yield row(
                tid=message["transaction_id"],
                unit=message["unit_id"],
                func=function_name(message),
                request_response=message["kind"].upper(),
                address=message.get("address"),
                and_mask=message.get("and_mask"),
                or_mask=message.get("or_mask"),
            )
