"""One host tries many ports of another.

Why it matters:
    Whoever looks for open services is getting ready for the next step; controllers may even stop when scanned.
Benign when:
    A vulnerability scanner of the operator, at an announced time; a discovery tool of an asset inventory.
Misses:
    A scan slower than the threshold allows, or spread over many sources.
What to do:
    Find who used the source at that time; ask whether a scan was announced; look at what the source did next.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from sightglass.detection.detections._window import SECOND_NS, Windows
from sightglass.sdk import Alert, Context, Detection, DetectionMeta, Engine, Severity
from sightglass.sdk.events import Flow

PORTS = 25
SPAN_NS = 120 * SECOND_NS


class PortScan(Detection):
    """Counts distinct ports of one target that one source opened or tried."""

    meta = DetectionMeta(
        id="port-scan",
        title="Port scan",
        severity=Severity.HIGH,
        engine=Engine.ANOMALY,
        attack=("T0846",),
        status="stable",
        reference=("Port Scan Detected",),
    )
    only: ClassVar = {Flow: {"event": {"open"}, "transport": {"tcp", "udp"}}}

    def __init__(self) -> None:
        """Start without memory."""
        self.tried = Windows[int](SPAN_NS)

    def observe(self, event: Flow, context: Context) -> Iterator[Alert]:
        """Look at flows as they open: a scanned port answers with a reset, or not at all."""
        del context
        if event.event != "open" or event.transport not in {"tcp", "udp"} or event.server_port >= 49152:
            return
        window = self.tried.of((event.client, event.server, event.transport))
        ports = window.add(event.server_port, event.first_ts_ns)
        if ports >= PORTS:
            yield Alert(
                summary=f"{event.client} tried {ports} {event.transport.upper()} ports of {event.server}",
                evidence=(event,),
                count=1,
                details=(("ports within two minutes", str(ports)), ("transport", event.transport)),
            )
