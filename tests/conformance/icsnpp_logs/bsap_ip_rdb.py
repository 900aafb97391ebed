"""bsap_ip_rdb.log: one row a request or response of remote database access."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.conformance.icsnpp_logs import Message, Row, row

PROTOCOL = "bsap"
# Not node_status and header_size: the parser takes bytes of the sequence number and the data length for them.
FIELDS = ("data_len", "app_func_code")


def rows(messages: Iterable[Message]) -> Iterator[Row]:
    """Continued responses have none."""
    for message in messages:
        if message.get("message_type_name") in ("request", "response"):
            yield row(data_len=message["data_length"], app_func_code="RDB")
