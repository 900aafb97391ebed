"""genisys.log: one row a message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.conformance.icsnpp_logs import Message, Row, joined, row, titled

PROTOCOL = "genisys"
# Not crc_calculated: the parser begins its CRC with zero, so that no message of the capture would be right.
FIELDS = ("header", "server", "direction", "crc_transmitted", "payload")


def rows(messages: Iterable[Message]) -> Iterator[Row]:
    """Every message has a row."""
    for message in messages:
        crc = message.get("crc_transmitted")
        pairs = [f"{pair['address']}={pair['data']}" for pair in message.get("payload", [])]
        yield row(
            header=titled(message["function"]),
            server=message.get("server"),
            direction=message["kind"],
            crc_transmitted=None if crc is None else hex(crc),
            payload=joined(pairs) or None,
        )
