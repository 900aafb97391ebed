"""One host tries DNP3 addresses on an outstation.

Why it matters:
    Master and outstation addresses are all that a command needs; trying them is the step before commands.
Benign when:
    A commissioning tool looks for a station whose address nobody wrote down.
Misses:
    A scan of fewer addresses than the threshold, or by an attacker who knows them.
What to do:
    Find who used the source; look for commands that follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from sightglass.detection.detections._window import SECOND_NS, Windows
from sightglass.sdk import Alert, Context, Detection, DetectionMeta, Engine, Severity
from sightglass.sdk.events import Activity

MASTERS = 5
"""A host has one master address, a front end for several companies two or three."""
SPAN_NS = 120 * SECOND_NS


class Dnp3AddressScan(Detection):
    """Counts the master addresses that one host uses on one outstation."""

    meta = DetectionMeta(
        id="dnp3-address-scan",
        title="DNP3 addresses tried",
        severity=Severity.HIGH,
        engine=Engine.ANOMALY,
        attack=("T0846", "T0888"),
    )
    only: ClassVar = {Activity: {"event": {"new"}, "protocol": {"dnp3"}}}

    def __init__(self) -> None:
        """Start without memory."""
        self.masters = Windows[str](SPAN_NS)

    def observe(self, event: Activity, context: Context) -> Iterator[Alert]:
        """Look at the first use of each pair of addresses."""
        del context
        master, _, rest = event.address.partition(" outstation ")
        if not rest or not event.requests:
            return
        count = self.masters.of((event.client, event.server)).add(master, event.first_ts_ns)
        if count >= MASTERS:
            yield Alert(
                summary=f"{event.client} tried {count} master addresses on {event.server}",
                evidence=(event,),
                details=(("master addresses within two minutes", str(count)),),
            )
