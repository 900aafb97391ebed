"""roc_plus_single_point_parameters.log: one row a message of opcodes 166 and 167."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.conformance.icsnpp_logs import Message, Row, row

PROTOCOL = "roc_plus"
OPCODES = (166, 167)
FIELDS = ("column5", "column6", "column7", "column8")


def rows(messages: Iterable[Message]) -> Iterator[Row]:
    """Point type, logical number, number of parameters, first parameter; bare answers have no row."""
    for message in messages:
        if message.get("code") in OPCODES and "point_type" in message:
            yield row(
                column5=message.get("point_type"),
                column6=message.get("logical_number"),
                column7=message.get("number_of_parameters"),
                column8=message.get("start_parameter"),
            )
