"""roc_plus.log: one row a message. Its columns have numbers for names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.conformance.icsnpp_logs import Message, Row, joined, row

PROTOCOL = "roc_plus"
# Not column6, the kind: the parser guesses it by length, we know it by the side that sends.
FIELDS = ("column7", "column8", "column9", "column10", "column12", "column16")


def rows(messages: Iterable[Message]) -> Iterator[Row]:
    """Every message has a row."""
    for message in messages:
        offsets = [error["offset"] for error in message.get("errors", [])]
        yield row(
            column7=message["destination_unit"],
            column8=message["destination_group"],
            column9=message["source_unit"],
            column10=message["source_group"],
            column12=message["data_length"],
            column16=joined(offsets) or None,
        )
