"""Firmware was written into a device.

Why it matters:
    Firmware decides what the device can do and survives every restart and program change.
Benign when:
    A planned update.
Misses:
    Updates by memory card or over a serial line.
What to do:
    Ask for the change order; read the firmware version and compare it with the released one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from sightglass.sdk import Alert, Context, Detection, DetectionMeta, Engine, Severity
from sightglass.sdk.events import Occurrence


class FirmwareUpdate(Detection):
    """Fires on acts that replace firmware."""

    meta = DetectionMeta(
        id="firmware-update",
        title="Firmware update of a device",
        severity=Severity.HIGH,
        engine=Engine.OPERATIONAL,
        attack=("T0857", "T0839"),
        reference=("Firmware Update",),
    )
    only: ClassVar = {Occurrence: {"category": {"firmware_update"}}}

    def observe(self, event: Occurrence, context: Context) -> Iterator[Alert]:
        """Look at firmware updates."""
        del context
        if event.category == "firmware_update":
            yield Alert(
                summary=f"{event.client} wrote firmware into {event.server}",
                evidence=(event,),
                details=(("function", event.function), ("object", event.object)),
            )
