"""What the truth counts of dcerpc."""

from __future__ import annotations

from collections.abc import Iterator

from tests.conformance.fields import Fields, Message, one


def _bound(message: Message) -> Iterator[str]:
    """Interfaces that a bind asks for."""
    for interface in message.get("interfaces", ()):
        yield interface["uuid"]


FIELDS: Fields = {
    "bind_uuid": ("dcerpc", _bound),
    "opnum": ("dcerpc", lambda m: one(m.get("opnum"))),
}
