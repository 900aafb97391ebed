"""What the truth counts of fins."""

from __future__ import annotations

from collections.abc import Iterator

from tests.conformance.fields import Fields, Message, hexadecimal, one, side


def _command(message: Message) -> Iterator[str]:
    if message.get("code") is not None:
        yield f"{side(message)} 0x{message['code']:04x}"


FIELDS: Fields = {
    "command": ("fins", _command),
    "response_code": ("fins", lambda m: one(m.get("response_code"), hexadecimal(4))),
}
