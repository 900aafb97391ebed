"""One port tried on every address of a subnet (ATT&CK for ICS T0846)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.attacks.base import Attack
from sightglass.lab.stack.host import Host
from sightglass.lab.stack.network import BROADCAST_MAC, ZERO_MAC
from sightglass.lab.stack.tcp import SYN, TcpSession, probe

if TYPE_CHECKING:
    from sightglass.lab.sim import Script


class AddressScan(Attack):
    """Sweep of the attacker's own subnet, or of one behind the router, where nobody answers."""

    name = "address-scan"
    expected = ("address-scan",)
    possible = ("new-function", "plc-scan", "arp-scan")
    summary = "one TCP port tried on every address of a subnet"
    insiders = ("hmi", "historian", "engineering")

    def script(self) -> Script:
        """Choose the subnet by seed."""
        self.protocol("tcp")
        port = self.rng.choice([102, 502, 445, 22, 44818])
        self.pace_s = self.rng.uniform(0.01, 0.08)
        if self.rng.random() < 0.5:
            yield from self._near(port)
        else:
            yield from self._far(port)

    def _near(self, port: int) -> Script:
        net, plant = self.world.net, self.world.plant
        cell = plant.cells[self.cell]
        hosts = {device.host.ip: device for device in plant.devices if device.cell == self.cell}
        for number in range(1, 255):
            ip = cell.prefix + bytes([number])
            if ip == self.source.ip:
                continue
            if ip in hosts:
                device = self.target(hosts[ip])
                yield from probe(net, self.source, device.host, port, is_open=False, tag=self.record)
            else:
                net.arp(1, self.source, ZERO_MAC, ip, to_mac=BROADCAST_MAC, tag=self.record)
            yield net.jitter_ns(self.pace_s * 0.5, self.pace_s * 1.5)

    def _far(self, port: int) -> Script:
        net = self.world.net
        gateway = self.world.plant.one("gateway").host
        prefix = bytes([10, self.rng.randrange(250, 255), self.rng.randrange(1, 250)])
        for number in range(1, 255):
            far = Host("far", b"", prefix + bytes([number]), gateway.vlan, "linux", self.rng, gateway)
            session = TcpSession(net, self.source, far, port, tag=self.record)
            yield from net.resolve(self.source, far, self.record)
            session.segment(session.client, SYN)
            yield net.jitter_ns(self.pace_s * 0.5, self.pace_s * 1.5)
        self.record.targets.append(".".join(str(part) for part in prefix) + ".0/24")
