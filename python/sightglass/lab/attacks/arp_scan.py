"""Every address of the subnet asked for by ARP (ATT&CK for ICS T0846)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.attacks.base import Attack
from sightglass.lab.stack.network import BROADCAST_MAC, ZERO_MAC

if TYPE_CHECKING:
    from sightglass.lab.sim import Script


class ArpScan(Attack):
    """A sweep on layer 2; whoever exists answers."""

    name = "arp-scan"
    expected = ("arp-scan",)
    possible = ("address-scan",)
    summary = "ARP requests for every address of the subnet"
    insiders = ("printer", "engineering", "hmi")

    def script(self) -> Script:
        """Ask for 254 addresses in order."""
        net, plant = self.world.net, self.world.plant
        self.protocol("arp")
        cell = plant.cells[self.cell]
        hosts = {device.host.ip: device.host for device in plant.devices if device.cell == self.cell}
        for number in range(1, 255):
            ip = cell.prefix + bytes([number])
            if ip == self.source.ip:
                continue
            net.arp(1, self.source, ZERO_MAC, ip, to_mac=BROADCAST_MAC, tag=self.record)
            yield net.jitter_ns(0.001, 0.004)
            if ip in hosts:
                net.arp(
                    2, hosts[ip], self.source.mac, self.source.ip, to_mac=self.source.mac, tag=self.record
                )
            yield net.jitter_ns(0.001, 0.03)
        self.record.targets.append(".".join(str(part) for part in cell.prefix) + ".0/24")
