"""What an event type of EVE says of itself."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sightglass.formats.shapes import Json


class Step(NamedTuple):
    """A message's place in an exchange.

    Attributes:
        key: Tells the exchanges of one flow apart.
        opens: Whether it begins one; another continues the oldest open one with its key.
        closes: Whether the exchange is complete with it.
    """

    key: Hashable
    opens: bool
    closes: bool


def alone(message: Json) -> Step | None:
    """Every message is an event."""
    del message
    return None


def answered(*names: str) -> Callable[[Json], Step | None]:
    """A request and the response that repeats these fields of it are one event; what is neither stands alone."""

    def step(message: Json) -> Step | None:
        if message["kind"] not in {"request", "response"}:
            return None
        key = tuple(str(message.get(name)) for name in names)
        return Step(key, message["kind"] == "request", message["kind"] == "response")

    return step


@dataclass(frozen=True, slots=True)
class EventType:
    """An event type.

    Attributes:
        name: Value of ``event_type``, and the key of the content.
        protocols: Decoded protocols that become it.
        content: Makes the content of an exchange's messages, in order; None gives no event.
        schema: JSON Schema of the content.
        step: The place of a message in its exchange; None when it is an event by itself.
        client_first: Whether ``src_*`` is the client's side whoever sent; else it is the sender of the message.
    """

    name: str
    protocols: tuple[str, ...]
    content: Callable[[Sequence[Json]], Json | None]
    schema: Json
    step: Callable[[Json], Step | None] = alone
    client_first: bool = True
