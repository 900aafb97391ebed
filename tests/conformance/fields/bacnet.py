"""What the truth counts of bacnet."""

from __future__ import annotations

from collections.abc import Iterator

from tests.conformance.fields import Fields, Message, hexadecimal, nested, one


def _bacnet_service(message: Message, kinds: set[int]) -> Iterator[str]:
    if message.get("pdu_type") in kinds and message.get("code") is not None:
        yield str(message["code"])


FIELDS: Fields = {
    "apdu_type": ("bacnet", lambda m: one(m.get("pdu_type"))),
    "bvlc_func": ("bacnet", lambda m: one(m.get("bvlc_function"), hexadecimal(2))),
    "confirmed": ("bacnet", lambda m: _bacnet_service(m, {0, 2, 3, 5})),
    "unconfirmed": ("bacnet", lambda m: _bacnet_service(m, {1})),
    "net_msg": ("bacnet", lambda m: one(m.get("network_message"), hexadecimal(2))),
    "object_type": ("bacnet", lambda m: (str(value) for value in nested(m, "object_type"))),
    "property": ("bacnet", lambda m: (str(value) for value in nested(m, "property"))),
    "error_code": ("bacnet", lambda m: (str(value) for value in nested(m, "error_code"))),
}
