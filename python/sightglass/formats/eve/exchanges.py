"""Messages that belong together, held until they are complete, in bounded memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

from sightglass.formats.eve.event_type import EventType, Step
from sightglass.formats.shapes import Json

MAX_OPEN = 16_384
"""Exchanges that wait at a time; the oldest is given unfinished when there are more."""
MAX_MESSAGES = 32
"""Messages of one exchange; it is given unfinished when it has as many."""


@dataclass(slots=True)
class Exchange:
    """Messages of one flow that make one event.

    Attributes:
        opened: Whether its first message is the one that begins such an exchange.
    """

    kind: EventType
    flow: int
    key: Hashable
    opened: bool
    messages: list[Json] = field(default_factory=list)


class Exchanges:
    """The exchanges under way, oldest first."""

    def __init__(self, limit: int = MAX_OPEN) -> None:
        """Begin with none.

        Args:
            limit: As `MAX_OPEN`.
        """
        self._limit = limit
        self._open: dict[int, Exchange] = {}
        self._queues: dict[Hashable, deque[int]] = {}
        self._next = 0

    def take(self, kind: EventType, message: Json, step: Step) -> Iterator[Exchange]:
        """Add a message; give what is complete by it, or must go for want of room."""
        key = (kind.name, message["flow_id"], step.key)
        queue = self._queues.get(key)
        if step.opens or not queue:
            exchange = Exchange(kind, message["flow_id"], key, opened=step.opens)
            number = self._next
            self._next += 1
            self._open[number] = exchange
            self._queues.setdefault(key, deque()).append(number)
        else:
            number = queue[0]
            exchange = self._open[number]
        exchange.messages.append(message)
        if step.closes or len(exchange.messages) >= MAX_MESSAGES:
            yield self._remove(number)
        elif len(self._open) > self._limit:
            yield self._remove(next(iter(self._open)))

    def _remove(self, number: int) -> Exchange:
        exchange = self._open.pop(number)
        queue = self._queues[exchange.key]
        queue.remove(number)
        if not queue:
            del self._queues[exchange.key]
        return exchange

    def end(self, flows: set[int]) -> Iterator[Exchange]:
        """Give what is unfinished in flows that have ended."""
        for number in [number for number, exchange in self._open.items() if exchange.flow in flows]:
            yield self._remove(number)

    def rest(self) -> Iterator[Exchange]:
        """Give all that is unfinished."""
        for number in list(self._open):
            yield self._remove(number)
