"""The simulated process: slowly moving measurements, switching states and set points.

Measurements are functions of plant time, so reading them changes nothing and any two readers agree.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random


@dataclass(frozen=True, slots=True)
class Signal:
    """One measurement: a slow wave, a faster ripple, and for counters a slope."""

    base: float
    swing: float
    period_s: float
    phase: float
    ripple: float
    slope: float = 0.0

    def at(self, time_s: float) -> float:
        """Value at a time in seconds since the plant's start."""
        angle = 2 * math.pi * time_s / self.period_s + self.phase
        return (
            self.base
            + self.swing * math.sin(angle)
            + self.ripple * math.sin(angle * 17.3)
            + self.slope * time_s
        )


class Process:
    """What one controller controls.

    Args:
        rng: Decides sizes and speeds; one per controller, so a plant keeps its process from run to run.
        signals: Number of measurements; every fourth is a counter.
        set_points: Number of values that operators may change.
    """

    def __init__(self, rng: random.Random, signals: int = 12, set_points: int = 6) -> None:
        self.signals = [self._signal(rng, number) for number in range(signals)]
        self.set_points = [round(rng.uniform(20, 80), 1) for _ in range(set_points)]
        self.switches = [rng.uniform(40, 400) for _ in range(32)]
        self.phases = [rng.uniform(0, 400) for _ in range(32)]
        self.running = True

    @staticmethod
    def _signal(rng: random.Random, number: int) -> Signal:
        if number % 4 == 3:
            return Signal(rng.uniform(1_000, 9_000), 0, 60, 0, 0, rng.uniform(0.05, 2.0))
        base = rng.uniform(20, 90)
        return Signal(
            base, base * rng.uniform(0.05, 0.3), rng.uniform(200, 1_800), rng.uniform(0, 6), base * 0.004
        )

    def value(self, number: int, time_s: float) -> float:
        """One measurement in engineering units."""
        return self.signals[number % len(self.signals)].at(time_s)

    def word(self, number: int, time_s: float) -> int:
        """One measurement as an unsigned 16-bit register with one decimal."""
        return int(self.value(number, time_s) * 10) & 0xFFFF

    def bit(self, number: int, time_s: float) -> bool:
        """One switching state."""
        position = number % len(self.switches)
        return int((time_s + self.phases[position]) / self.switches[position]) % 2 == 0

    def reals(self, time_s: float) -> bytes:
        """All measurements as big-endian floats."""
        return struct.pack(f">{len(self.signals)}f", *(signal.at(time_s) for signal in self.signals))

    def set_reals(self) -> bytes:
        """All set points as big-endian floats."""
        return struct.pack(f">{len(self.set_points)}f", *self.set_points)

    def flags(self, time_s: float) -> bytes:
        """The switching states, eight to a byte."""
        count = len(self.switches)
        bits = sum(1 << number for number in range(count) if self.bit(number, time_s))
        return bits.to_bytes(count // 8, "little")

    def nudge(self, number: int, step: float) -> float:
        """Change one set point by a step within 0 to 100 and return it."""
        position = number % len(self.set_points)
        self.set_points[position] = round(min(100.0, max(0.0, self.set_points[position] + step)), 1)
        return self.set_points[position]
