"""A client uses a function on a server that it never used before.

Why it matters:
    Machines repeat themselves: a pair that suddenly does something else is driven by somebody else.
Benign when:
    A rare maintenance task; a recipe or program change.
Misses:
    Misuse of functions that the pair uses anyway.
What to do:
    Look at what was done and by whom; learn the function when it belongs there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from sightglass.sdk import Alert, Baseline, Context, Detection, DetectionMeta, Engine, Severity
from sightglass.sdk.events import Activity
from sightglass.sdk.protocols import INDUSTRIAL


class NewFunction(Detection):
    """Knows which client uses which function of which protocol on which server."""

    meta = DetectionMeta(
        id="new-function",
        title="New function for a pair",
        severity=Severity.MEDIUM,
        engine=Engine.POLICY_VIOLATION,
        attack=("T0855",),
        status="stable",
        needs_baseline=True,
        reference=(
            "Unpermitted Usage of Modbus Function Code",
            "Unpermitted Usage of DNP3 Function Code",
            "Unpermitted Usage of ASDU Types",
            "Unpermitted Modbus Schneider Electric Extension",
            "New Activity Detected - EtherNet/IP Protocol Command",
            "New Activity Detected - CIP PCCC Command",
            "Unauthorized Siemens S7 Execution of Control Function",
            "Unauthorized Siemens S7 Execution of User Defined Function",
            "Unauthorized Siemens S7 Plus Operation",
            "Unauthorized MMS Service",
            "Unauthorized GE SRTP Protocol Command",
            "Unauthorized OPC UA Request/Response",
        ),
    )
    only: ClassVar = {Activity: {"event": {"new"}, "protocol": INDUSTRIAL}}

    def __init__(self) -> None:
        """Declare the baseline of functions."""
        self.used = Baseline[tuple[str, str, str, str]]("functions")

    def observe(self, event: Activity, context: Context) -> Iterator[Alert]:
        """Look at the first sight of each activity."""
        if event.event != "new" or event.protocol not in INDUSTRIAL:
            return
        key = (event.client, event.server, event.protocol, event.function)
        if self.used.is_new(key, context):
            about = " ".join(part for part in (event.address, event.object) if part)
            yield Alert(
                summary=f"{event.client} used {event.protocol} {event.function} on {event.server} for the first time",
                evidence=(event,),
                key=(event.protocol, event.function),
                learn=(self.used.learn_key(key),),
                details=(("function", event.function), ("object", about), ("category", event.category)),
            )
