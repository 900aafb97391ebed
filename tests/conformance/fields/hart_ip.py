"""What the truth counts of hart_ip.

TShark does not know direct PDUs (message id 4) and the audit log (5): it leaves their frames undecoded. The ICSNPP logs do count
them.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.conformance.fields import Fields, Message

LAST_KNOWN_ID = 3


def _of_known(message: Message, name: str) -> Iterator[str]:
    if message["message_id"] <= LAST_KNOWN_ID and message.get(name) is not None:
        yield str(message[name])


FIELDS: Fields = {
    "message_id": ("hart_ip", lambda m: _of_known(m, "message_id")),
    "message_type": ("hart_ip", lambda m: _of_known(m, "message_type")),
    "command": ("hart_ip", lambda m: _of_known(m, "code")),
}
