"""A controller ordered to stop (ATT&CK for ICS T0858)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.attacks.base import Attack
from sightglass.lab.behaviours.logix import LogixLink
from sightglass.lab.behaviours.s7 import SZL_STATE, S7Link
from sightglass.lab.protocols import enip, s7

if TYPE_CHECKING:
    from sightglass.lab.sim import Script

CLASS_CONTROLLER = 0x8E  # where Logix controllers accept start and stop


class PlcStop(Attack):
    """S7 ``P_PROGRAM`` stop, or CIP stop of a Logix controller."""

    name = "plc-stop"
    expected = ("plc-stop",)
    possible = ("new-controller-connection", "new-function", "unauthorised-write")
    summary = "a controller is ordered to stop"
    insiders = ("hmi", "scada", "historian")

    def script(self) -> Script:
        """Stop the controller that the seed chose."""
        if self.rng.random() < 0.5:
            yield from self._s7()
        else:
            yield from self._cip()

    def _s7(self) -> Script:
        self.protocol("s7comm")
        target = self.pick("s7")
        link = S7Link(self.world, self.source, target, tag=self.record)
        yield from link.open()
        number = link.reference()
        yield from link.session.exchange(s7.stop_request(number), s7.stop_response(number))
        target.process.running = False
        yield from link.read_list(SZL_STATE)
        yield from link.close()

    def _cip(self) -> Script:
        self.protocol("enip", "cip")
        target = self.pick("logix")
        link = LogixLink(self.world, self.source, target, tag=self.record)
        yield from link.open()
        yield from link.identity(0)
        stop = enip.request(0x07, enip.logical(CLASS_CONTROLLER, 1))
        yield from link.ask_cpu(stop, enip.response(0x07))
        target.process.running = False
        yield from link.close()
