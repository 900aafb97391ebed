"""Requests that a controller refuses, many in a row: somebody feels for registers (ATT&CK for ICS T0861)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.attacks.base import Attack
from sightglass.lab.behaviours.modbus import MAPPED_REGISTERS, ModbusLink
from sightglass.lab.protocols import modbus

if TYPE_CHECKING:
    from sightglass.lab.sim import Script

# Functions whose requests have no data: in the specification, and free to users.
BARE_FUNCTIONS = (7, 11, 12, 17, 65, 100)


class ModbusExceptionStorm(Attack):
    """Reads far outside the mapped registers and functions that the controller does not know."""

    name = "modbus-exception-storm"
    expected = ("modbus-exception-storm",)
    possible = ("new-controller-connection", "new-function", "malformed-messages")
    summary = "a client's requests are refused with exceptions, many in a row"
    insiders = ("historian", "hmi", "scada")

    def script(self) -> Script:
        """A hundred or more refused requests."""
        self.protocol("modbus")
        link = ModbusLink(self.world, self.source, self.pick("modicon"), tag=self.record)
        yield from link.open()
        for _ in range(self.rng.randint(100, 300)):
            if self.rng.random() < 0.8:
                address = self.rng.randrange(MAPPED_REGISTERS, 60_000)
                yield from link.read(self.rng.choice([1, 2, 3, 4]), address, self.rng.randint(1, 50))
            else:
                number, function = link.transaction(), self.rng.choice(BARE_FUNCTIONS)
                request = modbus.unknown_request(number, link.unit, function)
                refusal = modbus.exception(number, link.unit, function, modbus.ILLEGAL_FUNCTION)
                yield from link.session.exchange(request, refusal)
            yield self.world.net.jitter_ns(0.005, 0.08)
        yield from link.close()
