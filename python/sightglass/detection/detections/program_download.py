"""A program was written into a controller.

Why it matters:
    The program is what the plant does; who replaces it controls the process.
Benign when:
    A planned change by an engineering station.
Misses:
    Changes at the machine; encrypted engineering sessions whose content cannot be seen.
What to do:
    Ask for the change order; compare the controller's program with the released one; keep the transferred blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from sightglass.detection.detections._repeats import Repeats
from sightglass.sdk import Alert, Context, Detection, DetectionMeta, Engine, Severity
from sightglass.sdk.events import Occurrence


class ProgramDownload(Detection):
    """Fires on acts that send a program or block into a controller."""

    meta = DetectionMeta(
        id="program-download",
        title="Program download to a controller",
        severity=Severity.HIGH,
        engine=Engine.POLICY_VIOLATION,
        attack=("T0843", "T0889"),
        status="stable",
        reference=("Unauthorized PLC Programming",),
    )
    only: ClassVar = {Occurrence: {"category": {"program_download"}}}

    def __init__(self) -> None:
        """Start without memory."""
        self.repeats = Repeats[tuple[str, str, str, str]]()

    def observe(self, event: Occurrence, context: Context) -> Iterator[Alert]:
        """Look at program downloads."""
        del context
        if event.category == "program_download":
            count = self.repeats.add((event.client, event.server, event.function, event.object), event)
            if count:
                yield self._alert(event, count)

    def finish(self, context: Context) -> Iterator[Alert]:
        """Tell of what still waits."""
        del context
        for _, event, count in self.repeats.rest():
            yield self._alert(event, count)

    @staticmethod
    def _alert(event: Occurrence, count: int) -> Alert:
        what = f" of {event.object}" if event.object else ""
        return Alert(
            summary=f"{event.client} wrote a program{what} into {event.server}",
            evidence=(event,),
            count=count,
            details=(("function", event.function), ("block", event.object), ("outcome", event.outcome)),
        )
