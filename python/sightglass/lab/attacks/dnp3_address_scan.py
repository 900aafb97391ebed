"""DNP3 addresses of an outstation found by trying (ATT&CK for ICS T0846)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.attacks.base import Attack
from sightglass.lab.behaviours.dnp3 import Dnp3Link
from sightglass.lab.protocols import dnp3

if TYPE_CHECKING:
    from sightglass.lab.sim import Script


class Dnp3AddressScan(Attack):
    """Reads class 0 with one pair of addresses after the other; the outstation keeps silent."""

    name = "dnp3-address-scan"
    expected = ("dnp3-address-scan",)
    possible = ("new-controller-connection", "new-function", "dnp3-two-masters")
    summary = "one DNP3 master and outstation address after the other is tried on an outstation"
    cell = "utilities"
    insiders = ("bms",)

    def script(self) -> Script:
        """Eight to twelve masters on a few outstations."""
        self.protocol("dnp3")
        link = Dnp3Link(self.world, self.source, self.pick("rtu"), tag=self.record)
        right = (link.master, link.outstation)
        yield from link.open()
        for master in range(2, 2 + self.rng.randint(8, 12)):
            for outstation in range(self.rng.randint(1, 3)):
                link.master, link.outstation = master, outstation
                request = dnp3.request(outstation, dnp3.READ, dnp3.CLASS_OBJECTS[0])
                yield from link.transmit(request, from_master=True)
                yield self.world.net.jitter_ns(0.02, 0.2)
        link.master, link.outstation = right
        yield from link.close()
