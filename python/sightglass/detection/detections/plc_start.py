"""A controller was ordered to run.

Why it matters:
    Starting a controller moves machines; after a stop it is how a changed program comes into force.
Benign when:
    Commissioning or maintenance by the engineering station.
Misses:
    A start by the key switch, by power or over a serial line.
What to do:
    Make sure that nobody is at the machine; find who used the source; look for a stop or a download before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from sightglass.sdk import Alert, Context, Detection, DetectionMeta, Engine, Severity
from sightglass.sdk.events import Occurrence

STARTS = frozenset(
    {
        ("cip", "start"), ("dnp3", "start_application"), ("fins", "run"), ("melsec", "remote_run"),
        ("mms", "resume"), ("mms", "start"), ("s7comm", "pi_service"), ("tristation", "run_program"), ("umas", "start_plc"),
    }
)  # fmt: skip
PROGRAM_SERVICE = "P_PROGRAM"
"""The program invocation of an S7 controller that runs its program; other services are no start."""


class PlcStart(Detection):
    """Fires on every order to run, answered or not."""

    meta = DetectionMeta(
        id="plc-start",
        title="Controller ordered to run",
        severity=Severity.MEDIUM,
        engine=Engine.OPERATIONAL,
        attack=("T0858",),
        status="stable",
        reference=("PLC Operating Mode Changed",),
    )
    only: ClassVar = {
        Occurrence: {
            "category": {"control"},
            "function": {function for _, function in STARTS},
            "outcome": {"request", "event"},
        }
    }

    def observe(self, event: Occurrence, context: Context) -> Iterator[Alert]:
        """Look at control acts."""
        del context
        if (event.protocol, event.function) not in STARTS:
            return
        if event.protocol == "s7comm" and event.object != PROGRAM_SERVICE:
            return
        place = f" ({event.address})" if event.address else ""
        yield Alert(
            summary=f"{event.client} ordered {event.server}{place} to run",
            evidence=(event,),
            details=(("function", event.function), ("place", event.address)),
        )
