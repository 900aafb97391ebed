"""A controller's stored configuration changed (ATT&CK for ICS T0836)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.attacks.base import Attack
from sightglass.lab.behaviours.s7 import S7Link
from sightglass.lab.protocols import s7

if TYPE_CHECKING:
    from sightglass.lab.sim import Script


class ConfigurationChange(Attack):
    """S7 services that change what a controller keeps: copy RAM to ROM, compress memory."""

    name = "configuration-change"
    expected = ("configuration-change",)
    possible = ("new-controller-connection", "new-function", "unauthorised-write")
    summary = "an S7 controller is told to copy its memory or to compress it"
    insiders = ("hmi", "scada", "historian")

    def script(self) -> Script:
        """One or two services."""
        self.protocol("s7comm")
        link = S7Link(self.world, self.source, self.pick("s7"), tag=self.record)
        yield from link.open()
        for service, argument in self.rng.sample([("_MODU", b"EP"), ("_GARB", b"")], self.rng.randint(1, 2)):
            number = link.reference()
            yield from link.session.exchange(s7.pi_service(number, service, argument), s7.pi_response(number))
            yield self.world.net.jitter_ns(0.2, 2.0)
        yield from link.close()
