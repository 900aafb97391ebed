"""What the truth counts of opcua."""

from __future__ import annotations

from collections.abc import Iterator

from tests.conformance.fields import Fields, Message, one


def _policy(message: Message) -> Iterator[str]:
    if message.get("message_type") == "OPN":
        yield from one(message.get("security_policy"))


FIELDS: Fields = {
    "msg_type": ("opcua", lambda m: one(m.get("message_type"))),
    "security_policy": ("opcua", _policy),
    "service": ("opcua", lambda m: one(m.get("code"))),
}
