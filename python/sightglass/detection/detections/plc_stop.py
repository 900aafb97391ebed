"""A controller was ordered to stop.

Why it matters:
    A stopped controller no longer runs the process; outputs go to their safe or last state.
Benign when:
    Commissioning or maintenance by the engineering station.
Misses:
    A stop by the key switch or over a serial line; a stop inside an encrypted session.
What to do:
    Check at the machine whether the process stands; find who used the source; start the controller again by procedure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from sightglass.sdk import Alert, Context, Detection, DetectionMeta, Engine, Severity
from sightglass.sdk.events import Occurrence

STOPS = frozenset(
    {
        ("s7comm", "plc_stop"), ("cip", "stop"), ("dnp3", "stop_application"), ("umas", "stop_plc"),
        ("pccc", "change_mode"), ("pccc", "set_cpu_mode"), ("fins", "stop"), ("melsec", "remote_stop"),
        ("ge_srtp", "set_plc_run_stop"), ("mms", "stop"), ("mms", "kill"), ("tristation", "halt_program"),
    }
)  # fmt: skip


class PlcStop(Detection):
    """Fires on every order to stop, answered or not."""

    meta = DetectionMeta(
        id="plc-stop",
        title="Controller ordered to stop",
        severity=Severity.CRITICAL,
        engine=Engine.OPERATIONAL,
        attack=("T0858", "T0881"),
        status="stable",
        reference=(
            "Controller Stop",
            "An S7 Stop PLC Command was Sent",
            "GE SRTP Stop PLC Command was Sent",
        ),
    )
    only: ClassVar = {Occurrence: {"category": {"control"}}}

    def observe(self, event: Occurrence, context: Context) -> Iterator[Alert]:
        """Look at control acts."""
        del context
        if (
            event.category == "control"
            and (event.protocol, event.function) in STOPS
            and event.outcome != "ok"
        ):
            place = f" ({event.address})" if event.address else ""
            yield Alert(
                summary=f"{event.client} ordered {event.server}{place} to stop",
                evidence=(event,),
                details=(("function", event.function), ("place", event.address)),
            )
