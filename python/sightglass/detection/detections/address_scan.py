"""One host tries the same service on many addresses, most of which do not answer.

Why it matters:
    It is how intruders and worms find their next victims; in a plant every client knows its servers.
Benign when:
    A discovery tool of the operator; a monitoring server whose devices are switched off.
Misses:
    A scan whose targets all answer, or of fewer than 50 addresses in ten minutes.
What to do:
    Find who used the source; check whether a scan was announced; look for sessions it opened afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from sightglass.detection.detections._window import SECOND_NS, Windows
from sightglass.sdk import Alert, Context, Detection, DetectionMeta, Engine, Severity
from sightglass.sdk.events import Flow

ADDRESSES = 20
SPAN_NS = 120 * SECOND_NS
SLOW_ADDRESSES = 50
SLOW_SPAN_NS = 600 * SECOND_NS
"""A scan that takes its time."""
UNANSWERED = frozenset({"syn", "rejected", "one_sided", ""})


class AddressScan(Detection):
    """Counts distinct addresses that a source tried without success."""

    meta = DetectionMeta(
        id="address-scan",
        title="Address scan",
        severity=Severity.HIGH,
        engine=Engine.ANOMALY,
        attack=("T0846",),
        status="stable",
        reference=("Address Scan Detected", "Long Duration Address Scan Detected"),
    )
    only: ClassVar = {Flow: {"event": {"final"}, "state": UNANSWERED}}

    def __init__(self) -> None:
        """Start without memory."""
        self.failed = Windows[str](SPAN_NS)
        self.slowly = Windows[str](SLOW_SPAN_NS)

    def observe(self, event: Flow, context: Context) -> Iterator[Alert]:
        """Look at flows when they are over: their end says whether anybody answered."""
        del context
        if event.event != "final" or event.transport not in {"tcp", "udp", "icmp", "icmpv6"}:
            return
        if not event.server_ip or event.state not in UNANSWERED or _is_group(event.server_ip):
            return
        if event.packets_server and event.state != "rejected":
            return
        port = event.server_port if event.transport == "tcp" else 0
        key = (event.client, event.transport, port, _network(event.server_ip))
        count = self.failed.of(key).add(event.server, event.first_ts_ns)
        slow = self.slowly.of(key).add(event.server, event.first_ts_ns)
        if count >= ADDRESSES or slow >= SLOW_ADDRESSES:
            yield Alert(
                summary=f"{event.client} tried {slow} addresses in vain on {event.transport} {event.server_port}",
                evidence=(event,),
                source=event.client,
                destination="",
                key=(event.transport,),
                details=(("addresses within ten minutes", str(slow)), ("port", str(event.server_port))),
            )


def _network(ip: str) -> str:
    """The /16 or /64 of an address: a host that misses the Internet tries addresses of many."""
    return ip.rsplit(".", maxsplit=2)[0] if "." in ip else ":".join(ip.split(":")[:4])


def _is_group(ip: str) -> bool:
    first = ip.split(".", maxsplit=1)[0]
    return ip.endswith(".255") or ip.startswith("ff") or (first.isdigit() and int(first) >= 224)
