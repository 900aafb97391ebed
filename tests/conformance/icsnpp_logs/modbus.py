"""Zeek's own modbus.log: one row for an exchange."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.conformance.icsnpp_logs import Message, Row, row

PROTOCOL = "modbus"
FIELDS = ("column7", "column8")
"""Function and exception; the log comes without names for its columns."""

NAMES = {
    17: "REPORT_SLAVE_ID",
    43: "ENCAP_INTERFACE_TRANSPORT",
    22: "MASK_WRITE_REGISTER",
}


def function_name(message: Message) -> str:
    """Zeek's name of the function, without its mark of an exception."""
    return NAMES.get(message["code"], str(message["function"]).upper())


def rows(messages: Iterable[Message]) -> Iterator[Row]:
    """A row when the answer comes, and for one that names no function of its request alike."""
    for message in messages:
        if message["kind"] != "response":
            continue
        exception = message.get("exception_name")
        yield row(
            column7=function_name(message) + ("_EXCEPTION" if exception else ""),
            column8=exception.upper() if exception else None,
        )
