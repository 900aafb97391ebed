"""Zeek's own dnp3.log: one row a reply, with the request before it on the same flow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.conformance.icsnpp_logs import Message, Row, flow_of, row

PROTOCOL = "dnp3"
FIELDS = ("fc_request", "fc_reply", "iin")


def rows(messages: Iterable[Message]) -> Iterator[Row]:
    """A reply ends what its flow's last request began."""
    asked: dict[tuple[str, ...], str] = {}
    for message in messages:
        if "code" not in message:
            continue
        name = message["function"].upper()
        if message["kind"] == "request":
            asked[flow_of(message)] = name
        else:
            yield row(fc_request=asked.pop(flow_of(message), None), fc_reply=name, iin=message.get("iin"))
