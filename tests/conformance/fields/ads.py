"""What the truth counts of ads."""

from __future__ import annotations

from collections.abc import Iterator

from tests.conformance.fields import Fields, Message, hexadecimal, one


def _command(message: Message) -> Iterator[str]:
    if message.get("code") is not None:
        yield f"{bool(message['state_flags'] & 1)}/{message['code']}"


FIELDS: Fields = {
    "command": ("ads", _command),
    "index_group": ("ads", lambda m: one(m.get("index_group"), hexadecimal(8))),
}
