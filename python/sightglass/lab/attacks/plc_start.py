"""A controller ordered to run (ATT&CK for ICS T0858)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.attacks.base import Attack
from sightglass.lab.attacks.plc_stop import CLASS_CONTROLLER
from sightglass.lab.behaviours.logix import LogixLink
from sightglass.lab.behaviours.s7 import S7Link
from sightglass.lab.protocols import enip, s7

if TYPE_CHECKING:
    from sightglass.lab.sim import Script


class PlcStart(Attack):
    """S7 program invocation ``P_PROGRAM``, or CIP start of a Logix controller."""

    name = "plc-start"
    expected = ("plc-start",)
    possible = ("new-controller-connection", "new-function", "unauthorised-write")
    summary = "a controller is ordered to run"
    insiders = ("hmi", "scada", "historian")

    def script(self) -> Script:
        """Start the controller that the seed chose."""
        if self.rng.random() < 0.5:
            self.protocol("s7comm")
            target = self.pick("s7")
            link = S7Link(self.world, self.source, target, tag=self.record)
            yield from link.open()
            number = link.reference()
            yield from link.session.exchange(s7.pi_service(number, "P_PROGRAM"), s7.pi_response(number))
            target.process.running = True
            yield from link.close()
            return
        self.protocol("enip", "cip")
        target = self.pick("logix")
        logix = LogixLink(self.world, self.source, target, tag=self.record)
        yield from logix.open()
        start = enip.request(0x06, enip.logical(CLASS_CONTROLLER, 1))
        yield from logix.ask_cpu(start, enip.response(0x06))
        target.process.running = True
        yield from logix.close()
