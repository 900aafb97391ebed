"""bsap_ip_header.log: one row a datagram."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.conformance.icsnpp_logs import Message, Row, row

PROTOCOL = "bsap"
FIELDS = ("num_msg", "type_name")

TYPES = {"request": "REQUEST", "poll": "POLL", "response": "RESPONSE", "response_continued": "RESPONSECNT"}


def rows(messages: Iterable[Message]) -> Iterator[Row]:
    """Every message over IP has a row."""
    for message in messages:
        if "message_type_name" in message:
            yield row(num_msg=message["num_messages"], type_name=TYPES[message["message_type_name"]])
