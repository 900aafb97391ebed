"""Acts that repeat, told once a minute with their number."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

from sightglass.detection.detections._window import SECOND_NS
from sightglass.sdk.events import Occurrence

K = TypeVar("K", bound=Hashable)

EVERY_NS = 60 * SECOND_NS
"""A download of a thousand parts is one alert; building it anew for each part would cost more than all else."""
MAX_KEYS = 16_384


class Repeats(Generic[K]):
    """Counts acts of the same kind between those that are told."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        """Start without memory."""
        self._known: OrderedDict[K, tuple[int, int, Occurrence]] = OrderedDict()

    def add(self, key: K, event: Occurrence) -> int:
        """Note an act; returns how many are to be told with it, 0 when it can wait."""
        known = self._known.get(key)
        if known is not None:
            told_ns, waiting, _ = known
            if event.ts_ns - told_ns < EVERY_NS:
                self._known[key] = (told_ns, waiting + 1, event)
                return 0
            self._known[key] = (event.ts_ns, 0, event)
            return waiting + 1
        self._known[key] = (event.ts_ns, 0, event)
        if len(self._known) > MAX_KEYS:
            self._known.popitem(last=False)
        return 1

    def rest(self) -> Iterator[tuple[K, Occurrence, int]]:
        """What still waits: key, last act, number. Forgets all."""
        for key, (_, waiting, event) in self._known.items():
            if waiting:
                yield key, event, waiting
        self._known.clear()
