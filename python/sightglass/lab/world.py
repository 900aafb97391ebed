"""What behaviours and attacks work with: the plant, the network, the clock and this run's chance."""

from __future__ import annotations

import heapq
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightglass.lab.sim import Script, Simulator, seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from sightglass.lab.plant import Plant
    from sightglass.lab.stack.network import Network

# No activity is rarer than this share of a capture, so a short benign capture holds all that a long one
# holds.
LONGEST_PERIOD_SHARE = 0.3
# The first connections of a capture come up within this time.
START_SPREAD_S = 4.0


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do again and again, or at given times.

    Attributes:
        action: Makes a fresh script for each time.
        first_s: Time of the first, in seconds since the start.
        period_s: Time between two; none when ``at_s`` lists the times.
        at_s: Times in seconds since the start.
    """

    action: Callable[[], Script]
    first_s: float = 0.0
    period_s: float | None = None
    at_s: tuple[float, ...] = ()


class World:
    """One run of one plant.

    Args:
        plant: The plant.
        sim: The clock.
        net: The wire.
        run: Number of the run; changes jitter and moments, never who does what.
    """

    def __init__(self, plant: Plant, sim: Simulator, net: Network, run: int) -> None:
        self.plant = plant
        self.sim = sim
        self.net = net
        self.run = run
        self.rng = self.chance("world")
        # Process time goes on from run to run.
        self._process_start_s = sim.start_ns / 1e9 % 1e6

    def chance(self, purpose: str) -> random.Random:
        """A source of this run's chance for one purpose."""
        return self.chance_of(self.plant, self.run, purpose)

    @staticmethod
    def chance_of(plant: Plant, run: int, purpose: str) -> random.Random:
        """The same before there is a world."""
        return random.Random(f"sightglass-lab/{plant.seed}/{run}/{purpose}")  # noqa: S311 - a simulation

    @property
    def process_s(self) -> float:
        """Time for the process model, seconds."""
        return self._process_start_s + self.sim.elapsed_s

    def period(self, wanted_s: float) -> float:
        """The wanted period, or less when the capture is too short for it."""
        return min(wanted_s, self.sim.duration_s * LONGEST_PERIOD_SHARE)

    def every(self, period_s: float, action: Callable[[], Script]) -> Task:
        """A task with a period, first at a moment of chance within it."""
        period_s = self.period(period_s)
        return Task(action, self.rng.uniform(0.05, min(period_s, 60.0)), period_s)

    def rarely(self, times: int, action: Callable[[], Script]) -> Task:
        """A task done a fixed number of times, spread over the capture."""
        step = self.sim.duration_s * 0.9 / times
        start = self.sim.duration_s * 0.05
        at = tuple(start + step * (number + 0.15 + 0.7 * self.rng.random()) for number in range(times))
        return Task(action, at_s=at)

    def perform(self, tasks: list[Task]) -> Script:
        """Do tasks one at a time as they fall due, for ever."""
        yield from Agenda(self, tasks).run()

    def later(self, delay_s: float) -> int:
        """A wait in clock units, for ``yield``."""
        return seconds(delay_s)


class Agenda:
    """Tasks of one actor, done one at a time as they fall due.

    A task that is late because another took long is done once, not made up for.
    """

    def __init__(self, world: World, tasks: list[Task]) -> None:
        self._world = world
        self._tasks = tasks
        self._queue: list[tuple[float, int]] = []
        for index, task in enumerate(tasks):
            self._queue.extend((moment, index) for moment in task.at_s)
            if task.period_s is not None:
                self._queue.append((task.first_s, index))
        heapq.heapify(self._queue)

    def run(self, until_s: float | None = None) -> Script:
        """Work until a time, or for ever; what is left stays for the next call."""
        sim, rng = self._world.sim, self._world.rng
        while self._queue:
            due_s, index = self._queue[0]
            if until_s is not None and due_s >= until_s:
                return
            heapq.heappop(self._queue)
            task = self._tasks[index]
            wait_s = due_s - sim.elapsed_s
            if wait_s > 0:
                yield seconds(wait_s + (0.002 + 0.01 * (task.period_s or 0)) * rng.random() ** 2)
            yield from task.action()
            if task.period_s is not None:
                next_s = due_s + task.period_s
                if next_s < sim.elapsed_s:
                    next_s = sim.elapsed_s + task.period_s * 0.5
                heapq.heappush(self._queue, (next_s, index))
