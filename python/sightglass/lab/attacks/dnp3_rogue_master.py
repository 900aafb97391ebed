"""A second master on a DNP3 outstation (ATT&CK for ICS T0848)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.attacks.base import Attack
from sightglass.lab.behaviours.dnp3 import Dnp3Link

if TYPE_CHECKING:
    from sightglass.lab.sim import Script


class Dnp3RogueMaster(Attack):
    """A host uses the master's DNP3 address beside the master."""

    name = "dnp3-rogue-master"
    expected = ("dnp3-two-masters",)
    possible = ("new-controller-connection", "new-function", "unauthorised-write")
    summary = "a host that is not the master reads and commands an outstation with the master's address"
    cell = "utilities"
    insiders = ("bms",)

    def script(self) -> Script:
        """Read everything, then operate a relay, sometimes."""
        self.protocol("dnp3")
        link = Dnp3Link(self.world, self.source, self.pick("rtu"), tag=self.record)
        yield from link.open()
        yield from link.integrity()
        for _ in range(self.rng.randint(1, 6)):
            yield from link.events()
            yield self.world.net.jitter_ns(0.5, 2.0)
        if self.rng.random() < 0.5:
            yield from link.operate(self.rng.randrange(8), self.rng.choice([3, 4]))
        yield from link.close()
