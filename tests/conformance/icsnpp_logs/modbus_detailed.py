"""modbus_detailed.log: one row for an exchange, or for each message of the functions that the tool does not pair."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tests.conformance.icsnpp_logs import Message, Row, flow_of, joined, row, titled
from tests.conformance.icsnpp_logs.modbus import function_name

PROTOCOL = "modbus"
FIELDS = (
    "tid",
    "unit",
    "func",
    "address",
    "quantity",
    "request_values",
    "response_values",
    "matched",
    "request_subfunction_code",
    "response_subfunction_code",
    "request_data",
    "mei_type",
    "exception_code",
)
"""``response_data`` is left out: the tool fills it with zeros that are not on the wire."""

UNPAIRED = {7, 17}
"""Exception status and server id: events without a matching state."""
ELSEWHERE = {22, 23}
"""Their addresses and values stand in logs of their own."""


def _values(message: Message) -> str | None:
    if message["code"] in ELSEWHERE or message["code"] not in {1, 2, 3, 4, 5, 6, 15, 16}:
        return None
    if "value" in message:
        value = message["value"]
        return str(int(value == 0xFF00)) if message["code"] == 5 else str(value)
    return joined(message["values"]) if message.get("values") else None


def _quantity(message: Message) -> Any:
    code = message["code"]
    if code in {5, 6}:
        return 1
    if code in {20, 21}:
        return len(message.get("records", []))
    return message.get("quantity") if code not in ELSEWHERE else None


def _escaped(data: str | None) -> str | None:
    return None if data is None else "".join(f"\\x{byte:02x}" for byte in bytes.fromhex(data))


def _row(request: Message | None, response: Message | None) -> Row:
    message = request or response or {}
    answered = {} if response is None else response
    asked = {} if request is None else request
    code = message["code"]
    quantity = answered if code == 24 and response is not None else message
    name = answered.get("exception_name")
    return row(
        tid=message["transaction_id"],
        unit=message["unit_id"],
        func=function_name(message),
        address=message.get("address") if code != 23 else None,
        quantity=_quantity(quantity),
        request_values=_values(asked) if asked else None,
        response_values=_values(answered) if answered else None,
        matched="T" if request and response else None,
        request_subfunction_code=titled(asked.get("sub_function_name")),
        response_subfunction_code=titled(answered.get("sub_function_name")),
        request_data=_escaped(asked.get("data")) if code == 8 else None,
        mei_type=titled(message.get("mei_type_name")),
        exception_code=name.upper() if name else None,
    )


def rows(messages: Iterable[Message]) -> Iterator[Row]:
    """Pairs by flow, transaction and unit."""
    open_requests: dict[tuple[Any, ...], Message] = {}
    for message in messages:
        key = (flow_of(message), message["transaction_id"], message["unit_id"])
        if message["code"] in UNPAIRED:
            asks = message["kind"] == "request"
            yield _row(message, None) if asks else _row(None, message)
        elif message["kind"] == "request":
            if before := open_requests.pop(key, None):
                yield _row(before, None)
            open_requests[key] = message
        else:
            yield _row(open_requests.pop(key, None), message)
    for request in open_requests.values():
        yield _row(request, None)
