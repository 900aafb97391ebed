"""Two hosts told that the other's address is at the attacker (ATT&CK for ICS T0830)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.attacks.base import Attack

if TYPE_CHECKING:
    from sightglass.lab.sim import Script


class ArpSpoofing(Attack):
    """Unasked ARP replies to a controller and its client; the diverted traffic itself is not simulated."""

    name = "arp-spoofing"
    expected = ("arp-spoofing",)
    possible = ()
    summary = "unasked ARP replies claim a controller's and its client's address"
    insiders = ("printer", "historian")

    def script(self) -> Script:
        """Repeat both claims every second or two."""
        self.protocol("arp")
        net = self.world.net
        plc = self.pick(self.rng.choice(["s7", "modicon", "logix"])).host
        client = self.target(self.world.plant.one("scada")).host
        for _ in range(self.rng.randint(15, 48)):
            for victim, claimed in ((plc, client), (client, plc)):
                net.arp(
                    2,
                    self.source,
                    victim.mac,
                    victim.ip,
                    to_mac=victim.mac,
                    sender_ip=claimed.ip,
                    tag=self.record,
                )
                yield net.jitter_ns(0.001, 0.01)
            yield net.jitter_ns(1.0, 2.0)
