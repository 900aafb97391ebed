"""Functions that no Modbus product has (ATT&CK for ICS T0814): a fuzzer at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.attacks.base import Attack
from sightglass.lab.behaviours.modbus import ModbusLink
from sightglass.lab.protocols import modbus

if TYPE_CHECKING:
    from sightglass.lab.sim import Script

UNASSIGNED = (0x00, 0x1B, 0x32, 0x3F, 0x4B, 0x60)
"""Function codes that the specification neither defines nor leaves to users, and some that it leaves to them."""


class MalformedMessages(Attack):
    """Modbus requests with functions that do not exist."""

    name = "malformed-messages"
    expected = ("malformed-messages",)
    possible = ("new-controller-connection", "new-function", "modbus-exception-storm")
    summary = "a Modbus controller gets functions that do not exist"
    insiders = ("historian", "hmi", "scada")

    def script(self) -> Script:
        """Some requests, all refused."""
        self.protocol("modbus")
        link = ModbusLink(self.world, self.source, self.pick("modicon"), tag=self.record)
        yield from link.open()
        for _ in range(self.rng.randint(4, 15)):
            number, function = link.transaction(), self.rng.choice(UNASSIGNED)
            request = modbus.unknown_request(number, link.unit, function)
            refusal = modbus.exception(number, link.unit, function, modbus.ILLEGAL_FUNCTION)
            yield from link.session.exchange(request, refusal)
            yield self.world.net.jitter_ns(0.05, 0.5)
        yield from link.close()
