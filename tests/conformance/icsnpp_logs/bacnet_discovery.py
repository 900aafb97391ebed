"""bacnet_discovery.log: who-is, i-am, who-has, i-have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.conformance.icsnpp_logs import Message, Row, row

PROTOCOL = "bacnet"
FIELDS = (
    "pdu_service",
    "object_type",
    "instance_number",
    "device_id_type",
    "device_id_number",
    "object_name",
    "range",
)
"""The tool's ``vendor`` is its own table."""

SERVICES = {0, 1, 7, 8}


def _range(message: Message) -> str | None:
    if message["code"] not in {7, 8}:
        return None
    low, high = message.get("device_instance_low"), message.get("device_instance_high")
    return "All" if low is None or high is None else f"{low}-{high}"


def rows(messages: Iterable[Message]) -> Iterator[Row]:
    """Names with dashes, as the standard writes them."""
    for message in messages:
        if message.get("pdu_type") != 1 or message.get("code") not in SERVICES:
            continue
        device = message.get("device", {})
        object_type = message.get("object_type_name")
        device_type = device.get("object_type_name")
        yield row(
            pdu_service=message["function"].replace("_", "-"),
            object_type=None if object_type is None else object_type.replace("_", "-"),
            instance_number=message.get("instance"),
            device_id_type=None if device_type is None else device_type.replace("_", "-"),
            device_id_number=device.get("instance"),
            object_name=message.get("object_name"),
            range=_range(message),
        )
