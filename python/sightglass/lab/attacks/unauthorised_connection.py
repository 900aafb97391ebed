"""A device that does not belong to the plant talks to a controller (ATT&CK for ICS T0848, T0855)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.attacks.base import Attack
from sightglass.lab.behaviours.logix import SET_TAGS, LogixLink
from sightglass.lab.behaviours.modbus import SET_POINT_BASE, ModbusLink
from sightglass.lab.behaviours.s7 import S7Link
from sightglass.lab.protocols import enip, s7

if TYPE_CHECKING:
    from sightglass.lab.sim import Script


class UnauthorisedConnection(Attack):
    """A new host reads a controller's values, then changes some."""

    name = "unauthorised-connection"
    expected = ("new-device", "new-controller-connection", "unauthorised-write")
    possible = ("new-function",)
    summary = "an unknown host reads from and writes to a controller"

    def script(self) -> Script:
        """Speak the protocol of the controller that the seed chose."""
        steps = {"s7": self._s7, "logix": self._logix, "modicon": self._modbus}
        yield from steps[self.rng.choice(sorted(steps))]()

    def _s7(self) -> Script:
        self.protocol("s7comm")
        link = S7Link(self.world, self.source, self.pick("s7"), tag=self.record)
        yield from link.open()
        yield from link.read_list(0x0011)
        for _ in range(self.rng.randint(5, 20)):
            yield from link.read([s7.Item(s7.AREA_DB, 10, 0, 40)])
            yield self.world.net.jitter_ns(0.2, 1.0)
        for position in range(self.rng.randint(1, 4)):
            yield from link.write_set_point(position, self.rng.choice([-30.0, 30.0]))
            yield self.world.net.jitter_ns(0.1, 1.0)
        yield from link.close()

    def _logix(self) -> Script:
        self.protocol("enip", "cip")
        link = LogixLink(self.world, self.source, self.pick("logix"), tag=self.record)
        yield from link.open()
        yield from link.identity(0)
        for _ in range(self.rng.randint(5, 20)):
            yield from link.ask_cpu(enip.read_tag("Tank1_Level"), link.value("Tank1_Level"))
            yield self.world.net.jitter_ns(0.2, 1.0)
        for _ in range(self.rng.randint(1, 4)):
            yield from link.write_tag(
                self.rng.choice(SET_TAGS), self.rng.choice([-30.0, 30.0]), connected=False
            )
            yield self.world.net.jitter_ns(0.1, 1.0)
        yield from link.close()

    def _modbus(self) -> Script:
        self.protocol("modbus")
        link = ModbusLink(self.world, self.source, self.pick("modicon"), tag=self.record)
        yield from link.open()
        for _ in range(self.rng.randint(5, 20)):
            yield from link.read(3, 0, self.rng.randint(10, 60))
            yield self.world.net.jitter_ns(0.2, 1.0)
        for offset in range(self.rng.randint(1, 4)):
            yield from link.write(6, SET_POINT_BASE + offset, [self.rng.randrange(1000)])
            yield self.world.net.jitter_ns(0.1, 1.0)
        yield from link.close()
