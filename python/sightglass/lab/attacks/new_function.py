"""A known client uses a function that it never used with that controller (ATT&CK for ICS T0834, T0814)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.attacks.base import Attack
from sightglass.lab.behaviours.logix import LogixLink
from sightglass.lab.behaviours.modbus import ModbusLink
from sightglass.lab.protocols import enip, modbus

if TYPE_CHECKING:
    from sightglass.lab.sim import Script

CLASS_WALL_CLOCK = 0x8B


class NewFunction(Attack):
    """Modbus diagnostics and a read of the controller clock over CIP, both by the SCADA server."""

    name = "new-function"
    expected = ("new-function",)
    summary = "a known client uses a function that is new for this pair"
    insiders = ("scada",)
    new_host_share = 0.0

    def script(self) -> Script:
        """Loop-back, counters, and the server's identifier: nothing that disturbs."""
        self.protocol("modbus")
        link = ModbusLink(self.world, self.source, self.pick("modicon"), tag=self.record)
        yield from link.open()
        for sub_function in (0, 11, 14):
            number = link.transaction()
            data = self.rng.randrange(0x10000) if sub_function == 0 else 0
            count = data if sub_function == 0 else self.rng.randrange(400)
            request = modbus.diagnostics(number, link.unit, "request", sub_function, data)
            response = modbus.diagnostics(number, link.unit, "response", sub_function, count)
            yield from link.session.exchange(request, response)
            yield self.world.net.jitter_ns(0.1, 0.8)
        yield from link.close()
        yield from self._clock()

    def _clock(self) -> Script:
        self.protocol("enip", "cip")
        link = LogixLink(self.world, self.source, self.pick("logix"), tag=self.record)
        yield from link.open()
        request = enip.request(0x03, enip.logical(CLASS_WALL_CLOCK, 1), b"\x01\x00\x0b\x00")
        time_us = (self.world.sim.now_ns // 1000).to_bytes(8, "little")
        yield from link.ask_cpu(request, enip.response(0x03, b"\x01\x00\x0b\x00\x00\x00" + time_us))
        yield from link.close()
