"""Data carried out in the names of DNS queries (ATT&CK for ICS T0869)."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from sightglass.lab.attacks.base import Attack
from sightglass.lab.protocols import names

if TYPE_CHECKING:
    from sightglass.lab.sim import Script

LABEL_CHARACTERS = 60


class DnsTunnel(Attack):
    """Long random names under one domain, asked of the plant's own server."""

    name = "dns-tunnel"
    expected = ("dns-tunnel",)
    possible = ()
    summary = "long random names under one domain, answered with text records"
    insiders = ("historian", "engineering", "hmi")

    def script(self) -> Script:
        """Two hundred or more queries for TXT records."""
        self.protocol("dns")
        net = self.world.net
        server = self.target(self.world.plant.one("domain")).host
        domain = self.rng.choice(["cdn-sync.example", "t.updates-edge.example", "n1.statlog.example"])
        for _ in range(self.rng.randint(200, 400)):
            encoded = base64.b32encode(self.rng.randbytes(66)).decode().rstrip("=").lower()
            name = f"{encoded[:LABEL_CHARACTERS]}.{encoded[LABEL_CHARACTERS:]}.{domain}"
            number = self.rng.randrange(1 << 16)
            data = base64.b64encode(self.rng.randbytes(self.rng.randint(20, 100)))
            reply = names.answer(number, name, bytes([len(data)]) + data, names.TXT, 0)
            request = names.query(number, name, names.TXT)
            yield from net.ask_udp(self.source, server, names.DNS_PORT, request, reply, tag=self.record)
            yield net.jitter_ns(0.02, 0.2)
