"""roc_plus_realtime_clock.log: one row a message of opcodes 7 and 8 that holds a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from tests.conformance.icsnpp_logs import Message, Row, row

PROTOCOL = "roc_plus"
FIELDS = ("column5", "column6", "column7", "column8", "column9", "column10")


def rows(messages: Iterable[Message]) -> Iterator[Row]:
    """Second, minute, hour, day, month, year."""
    for message in messages:
        if "clock" in message:
            clock = datetime.fromisoformat(message["clock"])
            yield row(
                column5=clock.second,
                column6=clock.minute,
                column7=clock.hour,
                column8=clock.day,
                column9=clock.month,
                column10=clock.year,
            )
