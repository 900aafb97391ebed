"""Distinct things within a span of packet time, bounded."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)

SECOND_NS = 1_000_000_000
MAX_THINGS = 4096
"""Things remembered of one window; beyond it the oldest go first, which a detection's threshold never reaches."""
MAX_SOURCES = 4096
"""Sources remembered at once; the one that was quiet for longest goes first."""


class Window(Generic[T]):
    """Things with the time they were last seen, oldest first."""

    __slots__ = ("_seen", "span_ns")

    def __init__(self, span_ns: int) -> None:
        """Remember things for this long, in nanoseconds."""
        self.span_ns = span_ns
        self._seen: OrderedDict[T, int] = OrderedDict()

    def add(self, thing: T, ts_ns: int) -> int:
        """Note a thing; returns how many distinct ones the window holds."""
        self._seen.pop(thing, None)
        self._seen[thing] = ts_ns
        while self._seen and (
            len(self._seen) > MAX_THINGS or next(iter(self._seen.values())) + self.span_ns < ts_ns
        ):
            self._seen.popitem(last=False)
        return len(self._seen)

    def discard(self, thing: T) -> None:
        """Forget a thing."""
        self._seen.pop(thing, None)

    def __len__(self) -> int:
        return len(self._seen)

    def things(self) -> tuple[T, ...]:
        """What the window holds, oldest first."""
        return tuple(self._seen)


class Windows(Generic[T]):
    """One window for each source, bounded in number."""

    __slots__ = ("_span_ns", "_windows")

    def __init__(self, span_ns: int) -> None:
        """Windows of this many nanoseconds."""
        self._span_ns = span_ns
        self._windows: OrderedDict[Hashable, Window[T]] = OrderedDict()

    def of(self, source: Hashable) -> Window[T]:
        """The window of a source, made when there is none."""
        window = self._windows.get(source)
        if window is None:
            window = self._windows[source] = Window(self._span_ns)
            if len(self._windows) > MAX_SOURCES:
                self._windows.popitem(last=False)
        else:
            self._windows.move_to_end(source)
        return window
