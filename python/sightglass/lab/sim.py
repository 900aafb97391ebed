"""Discrete-event simulation: a virtual clock and the scripts that run on it.

A script is a generator that yields how many nanoseconds it wants to wait. Everything that happens in the
plant is a
script, so every frame is made at the moment it is sent and frames come out in the order of time without
sorting.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Generator

MILLISECOND_NS = 1_000_000
SECOND_NS = 1_000_000_000
# Captures of the lab have microsecond stamps, so pcap and pcapng of one seed carry the same times.
TICK_NS = 1_000

Script = Generator[int, None, None]


def seconds(value: float) -> int:
    """Convert seconds to whole clock ticks in nanoseconds."""
    return int(value * 1_000_000) * TICK_NS


class Simulator:
    """Run scripts and timers in the order of virtual time.

    Args:
        start_ns: Unix time of the first moment, nanoseconds.
        end_ns: Nothing happens at or after this time.
    """

    __slots__ = ("_heap", "_order", "end_ns", "now_ns", "start_ns")

    def __init__(self, start_ns: int, end_ns: int) -> None:
        self.start_ns = start_ns
        self.end_ns = end_ns
        self.now_ns = start_ns
        self._order = 0
        self._heap: list[tuple[int, int, Callable[[], None] | None, Script | None]] = []

    @property
    def elapsed_s(self) -> float:
        """Seconds of virtual time since the start."""
        return (self.now_ns - self.start_ns) / SECOND_NS

    @property
    def duration_s(self) -> float:
        """Length of the whole simulation in seconds."""
        return (self.end_ns - self.start_ns) / SECOND_NS

    def call_at(self, at_ns: int, action: Callable[[], None]) -> None:
        """Call ``action`` once at the given time."""
        self._order += 1
        heapq.heappush(self._heap, (at_ns, self._order, action, None))

    def spawn(self, script: Script, delay_s: float = 0.0) -> None:
        """Start a script after a delay, independent of its caller."""
        self._order += 1
        heapq.heappush(self._heap, (self.now_ns + seconds(delay_s), self._order, None, script))

    def run(self) -> None:
        """Run until nothing is left to do or the end is reached."""
        heap = self._heap
        while heap:
            at_ns, _, action, script = heapq.heappop(heap)
            if at_ns >= self.end_ns:
                break
            self.now_ns = max(self.now_ns, at_ns)
            if action is not None:
                action()
            if script is not None:
                try:
                    wait_ns = next(script)
                except StopIteration:
                    continue
                self._order += 1
                heapq.heappush(heap, (self.now_ns + max(wait_ns, 0), self._order, None, script))
