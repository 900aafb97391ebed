"""Put a plant, its behaviour and attacks together and write the capture with its truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sightglass.lab.attacks import ATTACKS
from sightglass.lab.behaviours import start_all
from sightglass.lab.plant import Plant
from sightglass.lab.sim import SECOND_NS, Simulator, seconds
from sightglass.lab.stack.network import Network
from sightglass.lab.truth import Truth, dump
from sightglass.lab.world import World
from sightglass.lab.writer import writer_for

if TYPE_CHECKING:
    from pathlib import Path

FIRST_MOMENT = datetime(2026, 1, 5, 6, 0, 0, tzinfo=UTC)
# Runs are this far apart, more than the longest capture, so that no two runs overlap.
RUN_STEP_S = 7 * 24 * 3600
LONGEST_HOURS = 7 * 24.0
SHORTEST_HOURS = 0.01
WRITE_BUFFER_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Scenario:
    """What to write.

    Attributes:
        seed: Decides the plant: devices, addresses, names, periods.
        hours: Length; may be fractional.
        run: Another stretch of time of the same plant: same acts, other moments and values.
        attacks: Names of ``ATTACKS``; the same name may occur once only.
    """

    seed: int
    hours: float = 1.0
    run: int = 0
    attacks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be written.

        Raises:
            ValueError: With a sentence for the user.
        """
        unknown = [name for name in self.attacks if name not in ATTACKS]
        if unknown:
            message = f"unknown attack {unknown[0]!r}; known are: {', '.join(sorted(ATTACKS))}"
            raise ValueError(message)
        if len(set(self.attacks)) != len(self.attacks):
            message = "an attack is named twice; each may occur once in a capture"
            raise ValueError(message)
        if not SHORTEST_HOURS <= self.hours <= LONGEST_HOURS:
            message = f"hours must be between {SHORTEST_HOURS} and {LONGEST_HOURS:g}"
            raise ValueError(message)
        if not 0 <= self.run < 1000:
            message = "run must be between 0 and 999"
            raise ValueError(message)


def truth_path(capture: Path) -> Path:
    """Where the truth of a capture stands."""
    return capture.with_name(capture.name + ".truth.json")


def write_lab(capture: Path, scenario: Scenario) -> dict[str, Any]:
    """Write a capture and its truth file; returns the truth.

    The same scenario gives the same bytes. Nothing is left behind under the final names when writing fails.

    Raises:
        ValueError: The file's extension is neither ``.pcap`` nor ``.pcapng``.
        OSError: The files cannot be written.
    """
    start_ns = int(FIRST_MOMENT.timestamp()) * SECOND_NS + scenario.run * RUN_STEP_S * SECOND_NS
    sim = Simulator(start_ns, start_ns + seconds(scenario.hours * 3600))
    plant = Plant(scenario.seed)
    counts = Truth()
    partial = capture.with_name(capture.name + ".partial")
    try:
        with partial.open("wb", buffering=WRITE_BUFFER_BYTES) as out:
            writer = writer_for(capture, out)
            net = Network(sim, writer, World.chance_of(plant, scenario.run, "network"), counts)
            world = World(plant, sim, net, scenario.run)
            start_all(world)
            attacks = [ATTACKS[name](world) for name in scenario.attacks]
            for attack in attacks:
                sim.spawn(attack.run(), attack.start_s)
            sim.run()
        records = [attack.record for attack in attacks]
        truth = counts.as_json(
            plant, net, records, seed=scenario.seed, run=scenario.run, hours=scenario.hours
        )
        truth_path(capture).write_text(dump(truth), encoding="utf-8")
        partial.replace(capture)
    finally:
        partial.unlink(missing_ok=True)
    return truth
