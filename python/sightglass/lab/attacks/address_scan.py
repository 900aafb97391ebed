"""One port tried on every address of a subnet (ATT&CK for ICS T0846)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.attacks.base import Attack
from sightglass.lab.stack.host import Host
from sightglass.lab.stack.tcp import SYN, TcpSession

if TYPE_CHECKING:
    from sightglass.lab.sim import Script


class AddressScan(Attack):
    """Sweep of a subnet behind the router, where nobody answers; ``arp-scan`` sweeps the attacker's own."""

    name = "address-scan"
    expected = ("address-scan",)
    possible = ("new-controller-connection", "new-function", "plc-scan")
    summary = "one TCP port tried on every address of a subnet"
    insiders = ("hmi", "historian", "engineering")

    def script(self) -> Script:
        """254 addresses in order, one connection request each."""
        self.protocol("tcp")
        net = self.world.net
        port = self.rng.choice([102, 502, 445, 22, 44818])
        pace_s = self.rng.uniform(0.01, 0.08)
        gateway = self.world.plant.one("gateway").host
        prefix = bytes([10, self.rng.randrange(250, 255), self.rng.randrange(1, 250)])
        self.record.targets.append(".".join(str(part) for part in prefix) + ".0/24")
        for number in range(1, 255):
            far = Host("far", b"", prefix + bytes([number]), gateway.vlan, "linux", self.rng, gateway)
            session = TcpSession(net, self.source, far, port, tag=self.record)
            yield from net.resolve(self.source, far, self.record)
            session.segment(session.client, SYN)
            yield net.jitter_ns(pace_s * 0.5, pace_s * 1.5)
