"""One host looks for controllers: it tries industrial services where there are none, or asks many to identify.

Why it matters:
    Known industrial malware begins so: it lists controllers by port and by their identity answers.
Benign when:
    An engineering station searches the network for accessible nodes.
Misses:
    A scan that touches fewer controllers than the threshold.
What to do:
    Find who used the source; compare with the list of engineering stations; look for writes or downloads that follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from sightglass.detection.detections._window import SECOND_NS, Windows
from sightglass.sdk import Alert, Context, Detection, DetectionMeta, Engine, Severity
from sightglass.sdk.events import Activity, Flow

SPAN_NS = 120 * SECOND_NS
SERVICES = 10
"""Pairs of controller and service tried in vain, or controllers asked who they are."""
PORTS = frozenset({102, 502, 789, 1089, 1090, 1091, 1911, 1962, 2222, 2404, 4840, 4911, 5006, 5007, 9600, 18245, 18246,
                   20000, 20547, 34962, 34963, 34964, 44818, 47808, 48898, 55000, 55003})  # fmt: skip
ASKING = frozenset(
    {
        "read_device_identification", "report_server_id", "read_szl", "list_identity", "list_services",
        "get_attributes_all", "read_controller_data", "identify", "read_unique_identifier",
    }
)  # fmt: skip


class PlcScan(Detection):
    """Counts industrial services tried in vain and controllers asked for their identity."""

    meta = DetectionMeta(
        id="plc-scan",
        title="PLC scan",
        severity=Severity.HIGH,
        engine=Engine.ANOMALY,
        attack=("T0846", "T0888"),
        status="stable",
        reference=("PLC Scan Detected",),
    )
    only: ClassVar = {
        Flow: {"event": {"final"}, "state": {"syn", "rejected"}},
        Activity: {"event": {"new"}, "function": ASKING},
    }

    def __init__(self) -> None:
        """Start without memory."""
        self.tried = Windows[tuple[str, int]](SPAN_NS)
        self.asked = Windows[str](SPAN_NS)

    def observe(self, event: Flow | Activity, context: Context) -> Iterator[Alert]:
        """Look at connections nobody answered, and at first questions for identity."""
        del context
        if isinstance(event, Flow):
            if event.event == "final" and event.server_port in PORTS and event.state in {"syn", "rejected"}:
                count = self.tried.of(event.client).add((event.server, event.server_port), event.first_ts_ns)
                if count >= SERVICES:
                    yield self._alert(event, f"tried {count} industrial services in vain", count)
        elif event.event == "new" and event.function in ASKING and event.server_ip:
            count = self.asked.of(event.client).add(event.server, event.first_ts_ns)
            if count >= SERVICES:
                yield self._alert(event, f"asked {count} controllers who they are", count)

    @staticmethod
    def _alert(event: Flow | Activity, what: str, count: int) -> Alert:
        return Alert(
            summary=f"{event.client} {what}",
            evidence=(event,),
            source=event.client,
            details=(("within two minutes", str(count)),),
        )
