"""A controller buried under requests (ATT&CK for ICS T0814)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.attacks.base import Attack
from sightglass.lab.behaviours.modbus import ModbusLink
from sightglass.lab.stack.tcp import SYN, TcpSession

if TYPE_CHECKING:
    from sightglass.lab.sim import Script


class Flooding(Attack):
    """Connection requests without end, or Modbus reads as fast as the controller answers, by seed."""

    name = "flooding"
    expected = ("flooding",)
    possible = ("new-controller-connection", "new-function", "port-scan")
    summary = "a controller gets hundreds of requests a second"
    insiders = ("hmi", "historian")

    def script(self) -> Script:
        """Some seconds of it."""
        self.protocol("modbus")
        target = self.pick("modicon")
        net = self.world.net
        if self.rng.random() < 0.5:
            yield from net.resolve(self.source, target.host, self.record)
            for _ in range(self.rng.randint(3_200, 4_500)):
                session = TcpSession(net, self.source, target.host, 502, tag=self.record)
                session.segment(session.client, SYN)
                yield net.jitter_ns(0.0005, 0.003)
            return
        link = ModbusLink(self.world, self.source, target, tag=self.record)
        yield from link.open()
        for _ in range(self.rng.randint(1_000, 2_000)):
            yield from link.read(3, 0, 100)
        yield from link.close()
