"""modbus_read_write_multiple_registers.log: one row a message of function 23."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.conformance.icsnpp_logs import Message, Row, joined, row
from tests.conformance.icsnpp_logs.modbus import function_name

PROTOCOL = "modbus"
FIELDS = (
    "tid",
    "unit",
    "func",
    "request_response",
    "write_start_address",
    "write_registers",
    "read_start_address",
    "read_quantity",
    "read_registers",
)


def rows(messages: Iterable[Message]) -> Iterator[Row]:
    """The request says what is written and where, the response what was read."""
    for message in messages:
        if message["code"] != 23:
            continue
        asks = message["kind"] == "request"
        values = joined(message["values"]) if "values" in message else None
        yield row(
            tid=message["transaction_id"],
            unit=message["unit_id"],
            func=function_name(message),
            request_response=message["kind"].upper(),
            write_start_address=message.get("address") if asks else None,
            write_registers=values if asks else None,
            read_start_address=message.get("read_address") if asks else None,
            read_quantity=message.get("read_quantity") if asks else None,
            read_registers=None if asks else values,
        )
