"""Registers written by a client that never wrote to that controller (ATT&CK for ICS T0855, T0836)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.attacks.base import Attack
from sightglass.lab.behaviours.modbus import SET_POINT_BASE, ModbusLink

if TYPE_CHECKING:
    from sightglass.lab.sim import Script


class ModbusWriteFromNewClient(Attack):
    """Set points and coils overwritten; the plant's only writer is the SCADA server."""

    name = "modbus-write-from-new-client"
    expected = ("unauthorised-write",)
    possible = ("new-controller-connection", "new-function")
    summary = "a client that never wrote to a Modbus controller changes its registers"
    insiders = ("historian", "engineering", "hmi")

    def script(self) -> Script:
        """Write single and multiple registers and a coil."""
        self.protocol("modbus")
        link = ModbusLink(self.world, self.source, self.pick("modicon"), tag=self.record)
        yield from link.open()
        for _ in range(self.rng.randint(2, 8)):
            kind = self.rng.choice([5, 6, 16])
            values = [self.rng.randrange(2 if kind == 5 else 1000) for _ in range(3 if kind == 16 else 1)]
            yield from link.write(kind, SET_POINT_BASE + self.rng.randrange(6), values)
            yield self.world.net.jitter_ns(0.1, 2.0)
        yield from link.close()
