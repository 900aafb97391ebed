"""What every attack shares: who attacks, when, and the record that ends up in the truth file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from sightglass.lab.truth import AttackRecord

if TYPE_CHECKING:
    import random

    from sightglass.lab.plant import Device
    from sightglass.lab.sim import Script
    from sightglass.lab.stack.host import Host
    from sightglass.lab.world import World

# Attacks begin within this part of the capture, so that normal traffic surrounds them.
WINDOW = (0.2, 0.8)
# No attack takes longer than this; in a short capture it begins early enough to end within.
LONGEST_S = 100.0


class Attack(ABC):
    """One attack in one run; attacker, target and moment follow from the seeds.

    Subclasses set ``name`` and ``expected`` and write ``script``.
    """

    name: ClassVar[str]
    #: Detections that must raise an alert.
    expected: ClassVar[tuple[str, ...]]
    #: Detections that may raise one too and would be right.
    possible: ClassVar[tuple[str, ...]] = ()
    #: One sentence for the truth file.
    summary: ClassVar[str]
    #: Cell in which the attacker sits.
    cell: ClassVar[str] = "process"
    #: Roles of the plant's own devices that may be the compromised attacker; empty: always a new host.
    insiders: ClassVar[tuple[str, ...]] = ()
    #: Chance that the attacker is a host that the plant does not know.
    new_host_share: ClassVar[float] = 0.5

    def __init__(self, world: World) -> None:
        self.world = world
        self.rng: random.Random = world.chance(f"attack/{self.name}")
        is_new = not self.insiders or self.rng.random() < self.new_host_share
        if is_new:
            self.source: Host = world.plant.stranger(self.cell, self.rng)
        else:
            self.source = self.rng.choice(
                [device for role in self.insiders for device in world.plant.of(role)]
            ).host
        expected = [*self.expected, *(["new-device"] if is_new and "new-device" not in self.expected else [])]
        self.record = AttackRecord(
            name=self.name,
            expected=expected,
            possible=list(self.possible),
            source_name="" if is_new else self.source.name,
            source_ip=self.source.ip_text,
            source_mac=self.source.mac_text,
            source_is_new=is_new,
            summary=self.summary,
        )
        early, late = (world.sim.duration_s * share for share in WINDOW)
        late = max(early, min(late, world.sim.duration_s - LONGEST_S))
        self.start_s = self.rng.uniform(early, late)

    @abstractmethod
    def script(self) -> Script:
        """What the attacker does."""

    def run(self) -> Script:
        """Do it, and note that it came to its end."""
        yield from self.script()
        self.record.finished = True

    def target(self, device: Device) -> Device:
        """Enter a device as a target."""
        if device.host.ip_text not in self.record.targets:
            self.record.targets.append(device.host.ip_text)
        return device

    def protocol(self, *names: str) -> None:
        """Enter protocols that the attack uses."""
        self.record.protocols.extend(name for name in names if name not in self.record.protocols)

    def pick(self, role: str) -> Device:
        """Choose a target of a role by seed."""
        return self.target(self.rng.choice(self.world.plant.of(role)))
