"""Many ports of one host tried one after the other (ATT&CK for ICS T0846)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.attacks.base import Attack
from sightglass.lab.stack.tcp import probe

if TYPE_CHECKING:
    from sightglass.lab.sim import Script

OPEN_PORTS = {"s7": (102,), "logix": (44818, 80), "modicon": (502, 80), "scada": (135, 445, 3389)}
COMMON_PORTS = (
    21,
    22,
    23,
    25,
    53,
    80,
    102,
    110,
    111,
    135,
    139,
    143,
    443,
    445,
    502,
    993,
    1433,
    1911,
    2222,
    2404,
    3306,
)


class PortScan(Attack):
    """Half-open TCP scan of one controller or server."""

    name = "port-scan"
    expected = ("port-scan",)
    possible = ("new-controller-connection", "new-function", "plc-scan")
    summary = "half-open TCP scan of one host's ports"
    insiders = ("hmi", "historian", "printer")

    def script(self) -> Script:
        """Common ports first, then a range, in an order of chance."""
        role = self.rng.choice(sorted(OPEN_PORTS))
        target = self.pick(role)
        self.protocol("tcp")
        ports = [*COMMON_PORTS, *self.rng.sample(range(1024, 10_000), self.rng.randint(80, 400))]
        self.rng.shuffle(ports)
        pace_s = self.rng.uniform(0.004, 0.06)
        for port in ports:
            is_open = port in OPEN_PORTS[role]
            yield from probe(self.world.net, self.source, target.host, port, is_open=is_open, tag=self.record)
            yield self.world.net.jitter_ns(pace_s * 0.6, pace_s * 1.4)
