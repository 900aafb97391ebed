"""A device that was not there while learning.

Why it matters:
    Plants change seldom; a new device is a planned change or somebody who does not belong there.
Benign when:
    A device was added or replaced; a technician's laptop.
Misses:
    A device that takes over the MAC address of another.
What to do:
    Find where it is connected; ask who brought it; learn it when it belongs there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from sightglass.sdk import Alert, Baseline, Context, Detection, DetectionMeta, Engine, Severity
from sightglass.sdk.events import Endpoint

PACKETS = 2


class NewDevice(Detection):
    """Knows which hardware addresses (without one: IP addresses) send."""

    meta = DetectionMeta(
        id="new-device",
        title="New device",
        severity=Severity.MEDIUM,
        engine=Engine.POLICY_VIOLATION,
        attack=("T0848",),
        status="stable",
        needs_baseline=True,
        reference=("New Asset Detected",),
    )
    only: ClassVar = {Endpoint: {"event": {"final"}}}

    def __init__(self) -> None:
        """Declare the baseline of devices."""
        self.known = Baseline[tuple[str]]("devices")
        self.told: set[str] = set()

    def observe(self, event: Endpoint, context: Context) -> Iterator[Alert]:
        """Look at senders once they have sent more than once."""
        address = event.mac or event.ip
        if event.event != "final" or event.packets < PACKETS or address in self.told:
            return
        if self.known.is_new((address,), context):
            self.told.add(address)
            shown = f"{event.ip} ({event.mac})" if event.ip and event.mac else address
            yield Alert(
                summary=f"{shown} was not there while learning",
                evidence=(event,),
                source=event.ip or event.mac,
                learn=(self.known.learn_key((address,)),),
                details=(("MAC address", event.mac), ("IP address", event.ip)),
            )
