"""roc_plus_file_transfer.log: one row a message of opcode 203."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.conformance.icsnpp_logs import Message, Row, row

PROTOCOL = "roc_plus"
# Not column5, the command: the parser tells some commands apart by their length, not by their number.
FIELDS = ("column7",)

OPCODE = 203


def rows(messages: Iterable[Message]) -> Iterator[Row]:
    """The folder that is opened or listed."""
    for message in messages:
        if message.get("code") == OPCODE:
            yield row(column7=message.get("file_path"))
