"""A file was written into, or deleted from, a controller or field device.

Why it matters:
    Files of a device are its configuration, its records and sometimes its program; deleting them removes traces.
Benign when:
    Configuration by the engineering station; collection and clean-up of fault records.
Misses:
    Files inside encrypted sessions; transfers that a device starts itself.
What to do:
    Ask for the change order; compare the file with the released one; look at what the client did before and after.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from sightglass.sdk import Alert, Baseline, Context, Detection, DetectionMeta, Engine, Severity, Stage
from sightglass.sdk.events import Occurrence
from sightglass.sdk.protocols import INDUSTRIAL

WRITES = frozenset(
    {
        "atomic_write_file", "delete_file", "file_delete", "file_rename", "file_write", "obtain_file", "write",
        "write_file", "write_file_record",
    }
)  # fmt: skip
"""Functions of file transfer that change the device; opening, reading and closing do not."""


class ControllerFileTransfer(Detection):
    """Fires on files written or deleted, unless the pair was learned to do so."""

    meta = DetectionMeta(
        id="controller-file-transfer",
        title="File of a device written or deleted",
        severity=Severity.MEDIUM,
        engine=Engine.POLICY_VIOLATION,
        attack=("T0867", "T0872"),
    )
    only: ClassVar = {
        Occurrence: {
            "category": {"file_transfer"},
            "protocol": INDUSTRIAL,
            "function": WRITES,
            "outcome": {"request", "event"},
        }
    }

    def __init__(self) -> None:
        """Declare the baseline of who writes files."""
        self.writers = Baseline[tuple[str, str, str, str]]("files")

    def observe(self, event: Occurrence, context: Context) -> Iterator[Alert]:
        """Look at acts upon files."""
        if event.function not in WRITES:
            return
        key = (event.client, event.server, event.protocol, event.function)
        if context.stage is not Stage.UNJUDGED and not self.writers.is_new(key, context):
            return
        named = f" {event.object}" if event.object else ""
        yield Alert(
            summary=f"{event.client}: {event.function.replace('_', ' ')}{named} on {event.server}",
            evidence=(event,),
            key=(event.protocol, event.function),
            learn=(self.writers.learn_key(key),),
            details=(("function", event.function), ("file", event.object), ("place", event.address)),
        )
