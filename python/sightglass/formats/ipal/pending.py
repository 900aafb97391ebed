"""Messages that wait for an answer, in bounded memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable

from sightglass.formats.shapes import Json

MAX_WAITING = 16_384
"""Messages that wait at a time; the oldest is forgotten when there are more."""


class Pending:
    """Messages that wait for an answer, oldest first."""

    def __init__(self, limit: int = MAX_WAITING) -> None:
        """Begin with none.

        Args:
            limit: As `MAX_WAITING`.
        """
        self._limit = limit
        self._waiting: dict[int, tuple[Hashable, Json]] = {}
        self._queues: dict[Hashable, deque[int]] = {}

    def ask(self, key: Hashable, number: int, message: Json) -> None:
        """Add a message.

        Args:
            key: What its answer will repeat.
            number: Its own; larger than that of every message before.
            message: The message.
        """
        self._waiting[number] = (key, message)
        self._queues.setdefault(key, deque()).append(number)
        if len(self._waiting) > self._limit:
            oldest = next(iter(self._waiting))
            self.answer(self._waiting[oldest][0])

    def answer(self, key: Hashable) -> tuple[int, Json] | None:
        """Take out the oldest message that a key answers."""
        queue = self._queues.get(key)
        if queue is None:
            return None
        number = queue.popleft()
        if not queue:
            del self._queues[key]
        return number, self._waiting.pop(number)[1]
