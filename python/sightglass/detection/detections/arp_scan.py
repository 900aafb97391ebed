"""One host asks by ARP for many addresses that nobody has.

Why it matters:
    A sweep of the local network is the first step of most attacks inside a plant, and it crosses no firewall.
Benign when:
    An engineering tool looks for devices; a router forwards a scan from outside.
Misses:
    A sweep slower than the threshold allows.
What to do:
    Find who used the source at that time; look for connections it opened to the addresses that answered.
"""

from __future__ import annotations

from collections.abc import Iterator

from sightglass.detection.detections._window import SECOND_NS, Windows
from sightglass.sdk import Alert, Context, Detection, DetectionMeta, Engine, Severity
from sightglass.sdk.events import Arp

TARGETS = 40
SPAN_NS = 360 * SECOND_NS
MAX_OPEN = 65_536


class ArpScan(Detection):
    """Counts distinct addresses asked for that have not answered."""

    meta = DetectionMeta(
        id="arp-scan",
        title="ARP address scan",
        severity=Severity.HIGH,
        engine=Engine.ANOMALY,
        attack=("T0846",),
        status="stable",
        reference=("ARP Address Scan Detected",),
    )

    def __init__(self) -> None:
        """Start without memory."""
        self.asked = Windows[str](SPAN_NS)
        self.there: set[str] = set()

    def observe(self, event: Arp, context: Context) -> Iterator[Alert]:
        """Look at who asks for whom; whoever speaks is there and no empty address."""
        del context
        if len(self.there) < MAX_OPEN:
            self.there.add(event.sender_ip)
        if event.operation != 1 or event.gratuitous or event.target_ip in self.there:
            return
        count = self.asked.of(event.sender_mac).add(event.target_ip, event.ts_ns)
        if count >= TARGETS:
            source = event.sender_ip if not event.sender_ip.startswith("0.") else event.sender_mac
            yield Alert(
                summary=f"{source} asked for {count} addresses that did not answer",
                evidence=(event,),
                source=source,
                protocol="arp",
                details=(("addresses within six minutes", str(count)), ("MAC address", event.sender_mac)),
            )
