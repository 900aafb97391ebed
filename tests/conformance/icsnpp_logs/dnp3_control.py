"""dnp3_control.log: one row a control relay output block (group 12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.conformance.icsnpp_logs import Message, Row, row, titled

PROTOCOL = "dnp3"
FIELDS = (
    "block_type",
    "function_code",
    "index_number",
    "trip_control_code",
    "operation_type",
    "clear_bit",
    "execute_count",
    "on_time",
    "off_time",
    "status_code",
)

BLOCKS = {1: "Control Relay Output Block", 2: "Pattern Control Block"}


def rows(messages: Iterable[Message]) -> Iterator[Row]:
    """A request's status is not used, so it stands in responses alone."""
    for message in messages:
        for header in message.get("objects", []):
            if header["group"] != 12 or header["variation"] not in BLOCKS:
                continue
            for point in header.get("points", []):
                answers = message["kind"] == "response"
                yield row(
                    block_type=BLOCKS[header["variation"]],
                    function_code=message["function"].upper(),
                    index_number=point.get("index"),
                    trip_control_code=titled(point.get("trip_close_name")),
                    operation_type=titled(point.get("op_type_name")),
                    clear_bit="T" if point.get("clear") else "F",
                    execute_count=point.get("count"),
                    on_time=point.get("on_time_ms"),
                    off_time=point.get("off_time_ms"),
                    status_code=titled(point.get("status_name")) if answers else None,
                )
