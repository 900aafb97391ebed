"""A device is buried under connections or requests.

Why it matters:
    Controllers have little to spare: a flood delays their cycle, drops their other clients or stops them.
Benign when:
    A load test; a service whose many clients come back at once after an outage.
Misses:
    Floods of a session that was normal for long, as its totals are judged; floods below IP.
What to do:
    Cut the source off; check whether the controller still answers its other clients and keeps its cycle.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import ClassVar

from sightglass.detection.detections._window import MAX_SOURCES, SECOND_NS
from sightglass.sdk import Alert, Baseline, Context, Detection, DetectionMeta, Engine, Severity, Stage
from sightglass.sdk.events import Flow

CONNECTIONS = 3000
SLICE_NS = 10 * SECOND_NS
SLICES = 6
"""Connections within six slices of ten seconds are added up: one minute."""
REQUESTS = 1000
PER_SECOND = 150
"""A poll every ten milliseconds, which few controllers stand, makes 100 a second."""
TELECONTROL = frozenset({"dnp3", "iec104"})
TELECONTROL_REQUESTS = 300
TELECONTROL_PER_SECOND = 20
"""Stations behind slow lines are asked once in some seconds."""
ASKED = TELECONTROL | {
    "modbus",
    "umas",
    "s7comm",
    "enip",
    "bacnet",
    "mms",
    "opcua",
    "fins",
    "melsec",
    "ge_srtp",
}
"""Protocols of question and answer; cyclic data is fast by design."""


class Flooding(Detection):
    """Counts connections to a service, and judges the pace of industrial sessions."""

    meta = DetectionMeta(
        id="flooding",
        title="Flood of connections or requests",
        severity=Severity.HIGH,
        engine=Engine.ANOMALY,
        attack=("T0814",),
        status="stable",
        reference=("Suspicion of Denial Of Service Attack",),
    )
    only: ClassVar = {Flow: {"event": {"open", "final"}, "transport": {"tcp", "udp"}}}

    def __init__(self) -> None:
        """Start without memory; declare the baseline of fast sessions."""
        self.opened: OrderedDict[tuple[str, int], list[int]] = OrderedDict()
        self.fast = Baseline[tuple[str, str, str]]("fast-sessions")

    def observe(self, event: Flow, context: Context) -> Iterable[Alert]:
        """Count connections as they open, judge sessions when they are over."""
        if event.event == "open":
            if (count := self._count(event)) == CONNECTIONS:
                return (self._alert(event, f"got {count} connections within a minute", count),)
        elif event.protocol in ASKED and event.recognised_by != "port":
            return self._session(event, context)
        return ()

    def _count(self, event: Flow) -> int:
        """Connections to the service in the last minute.

        Kept of a service: the newest slice of time, the sum, and the numbers of each slice, newest first.
        """
        key = (event.server, event.server_port)
        now = event.first_ts_ns // SLICE_NS
        known = self.opened.get(key)
        if known is None:
            self.opened[key] = [now, 1, 1, *[0] * (SLICES - 1)]
            if len(self.opened) > MAX_SOURCES:
                self.opened.popitem(last=False)
            return 1
        if now > known[0]:
            self.opened.move_to_end(key)
            kept = known[2 : 2 + max(SLICES - (now - known[0]), 0)]
            known[:] = [now, sum(kept), *[0] * (SLICES - len(kept)), *kept]
        known[1] += 1
        known[2] += 1
        return known[1]

    def _session(self, event: Flow, context: Context) -> Iterator[Alert]:
        slow = event.protocol in TELECONTROL
        least, pace = (TELECONTROL_REQUESTS, TELECONTROL_PER_SECOND) if slow else (REQUESTS, PER_SECOND)
        frames = event.packets_client
        seconds = (event.last_ts_ns - event.first_ts_ns) / SECOND_NS
        if frames < least or frames < pace * seconds:
            return
        key = (event.client, event.server, event.protocol)
        if self.fast.is_new(key, context) or context.stage is Stage.UNJUDGED:
            per_second = round(frames / max(seconds, 1))
            yield self._alert(event, f"got {per_second} frames a second from {event.client}", frames)

    @staticmethod
    def _alert(event: Flow, what: str, count: int) -> Alert:
        return Alert(
            summary=f"{event.server} {what} on {event.transport} {event.server_port}",
            evidence=(event,),
            details=(("counted", str(count)), ("protocol", event.protocol)),
        )
