"""A program was read out of a controller.

Why it matters:
    The program tells an intruder how the process works and what to change.
Benign when:
    A backup or a comparison by the engineering station.
Misses:
    Reads inside encrypted engineering sessions.
What to do:
    Ask who made a backup at that time; check where the program went.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from sightglass.sdk import Alert, Context, Detection, DetectionMeta, Engine, Severity
from sightglass.sdk.events import Occurrence


class ProgramUpload(Detection):
    """Fires on acts that take a program or block out of a controller."""

    meta = DetectionMeta(
        id="program-upload",
        title="Program upload from a controller",
        severity=Severity.MEDIUM,
        engine=Engine.POLICY_VIOLATION,
        attack=("T0845",),
        status="stable",
        reference=("Unauthorized PLC Program Upload",),
    )
    only: ClassVar = {Occurrence: {"category": {"program_upload"}}}

    def observe(self, event: Occurrence, context: Context) -> Iterator[Alert]:
        """Look at program uploads."""
        del context
        if event.category == "program_upload":
            what = f" {event.object}" if event.object else ""
            yield Alert(
                summary=f"{event.client} read the program{what} out of {event.server}",
                evidence=(event,),
                details=(("function", event.function), ("block", event.object)),
            )
