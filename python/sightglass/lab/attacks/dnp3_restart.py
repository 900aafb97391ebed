"""An outstation ordered to restart (ATT&CK for ICS T0816)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.attacks.base import Attack
from sightglass.lab.behaviours.dnp3 import RESTARTED, Dnp3Link
from sightglass.lab.protocols import dnp3

if TYPE_CHECKING:
    from sightglass.lab.sim import Script


class Dnp3Restart(Attack):
    """Cold or warm restart by a host that takes the master's place."""

    name = "dnp3-restart"
    expected = ("dnp3-restart",)
    possible = ("new-controller-connection", "new-function", "dnp3-two-masters")
    summary = "a DNP3 outstation is ordered to restart"
    cell = "utilities"
    insiders = ("bms", "frontend")

    def script(self) -> Script:
        """Read once, then restart, and see the restart indication."""
        self.protocol("dnp3")
        link = Dnp3Link(self.world, self.source, self.pick("rtu"), tag=self.record)
        yield from link.open()
        yield from link.integrity()
        function = self.rng.choice([dnp3.COLD_RESTART, dnp3.WARM_RESTART])
        for _ in range(self.rng.randint(1, 3)):
            yield from link.ask(function, b"", dnp3.fine_delay(self.rng.randint(500, 9000)))
            yield self.world.net.jitter_ns(0.5, 2.0)
        link.indications = RESTARTED
        yield from link.integrity()
        yield from link.close()
