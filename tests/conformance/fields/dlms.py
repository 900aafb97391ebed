"""What the truth counts of dlms."""

from __future__ import annotations

from collections.abc import Iterator

from tests.conformance.fields import Fields, Message


def _tags(message: Message) -> Iterator[str]:
    """Tag of the unit, and of the one that an association unit carries."""
    for name in ("apdu", "initiate_apdu"):
        if name in message:
            yield str(message[name])


FIELDS: Fields = {"apdu": ("dlms", _tags)}
