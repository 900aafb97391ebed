"""Two hardware addresses claim the same IP address.

Why it matters:
    Whoever answers for another's address reads and changes what is sent to it: commands, values, passwords.
Benign when:
    A device was replaced; two interfaces of a redundant device take over from each other.
Misses:
    A man in the middle who uses a switch or a router instead of ARP.
What to do:
    Find both devices by their MAC addresses; look at what passed between the addresses meanwhile.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from sightglass.detection.detections._window import SECOND_NS
from sightglass.sdk import Alert, Context, Detection, DetectionMeta, Engine, Severity
from sightglass.sdk.events import Arp

MEMORY_NS = 3600 * SECOND_NS
"""How long an older claim counts: a lease may pass to another device after that."""
MAX_ADDRESSES = 65_536
VIRTUAL = (
    "00:00:5e:00:01:",
    "00:00:5e:00:02:",
    "00:00:0c:07:ac:",
    "00:00:0c:9f:f",
    "00:05:73:a0:0",
    "00:07:b4:",
)
"""Shared on purpose: VRRP, HSRP version 1 and 2, GLBP."""


class ArpSpoofing(Detection):
    """Knows who claimed which address last."""

    meta = DetectionMeta(
        id="arp-spoofing",
        title="ARP spoofing: one address, two devices",
        severity=Severity.HIGH,
        engine=Engine.ANOMALY,
        attack=("T0830",),
        status="stable",
        reference=("ARP Spoofing",),
    )

    def __init__(self) -> None:
        """Start without memory."""
        self.claims: OrderedDict[tuple[str, int | None], dict[str, int]] = OrderedDict()

    def observe(self, event: Arp, context: Context) -> Iterator[Alert]:
        """Look at who says that an address is his."""
        del context
        ip, mac = event.sender_ip, event.sender_mac
        if not ip or ip.startswith("0.") or mac.startswith(VIRTUAL) or mac == "00:00:00:00:00:00":
            return
        key = (ip, event.vlan)
        claims = self.claims.setdefault(key, {})
        self.claims.move_to_end(key)
        if len(self.claims) > MAX_ADDRESSES:
            self.claims.popitem(last=False)
        others = [
            other for other, ts_ns in claims.items() if other != mac and event.ts_ns - ts_ns <= MEMORY_NS
        ]
        claims[mac] = event.ts_ns
        while len(claims) > 8:
            del claims[min(claims, key=lambda each: claims[each])]
        if others:
            # The one that came later is the suspect.
            yield Alert(
                summary=f"{ip} is claimed by {mac} and by {', '.join(sorted(others))}",
                evidence=(event,),
                source=mac,
                destination=ip,
                protocol="arp",
                details=(("address", ip), ("claimed by", mac), ("also by", ", ".join(sorted(others)))),
            )
