"""A DNP3 outstation was ordered to restart.

Why it matters:
    While it restarts the outstation neither measures nor obeys; repeated, it keeps a substation blind.
Benign when:
    Maintenance by the control centre.
Misses:
    A restart by the device's own keys or web page.
What to do:
    Check whether the outstation came back; find who used the master at that time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from sightglass.sdk import Alert, Context, Detection, DetectionMeta, Engine, Severity
from sightglass.sdk.events import Occurrence

RESTARTS = frozenset({"cold_restart", "warm_restart"})


class Dnp3Restart(Detection):
    """Fires on every order to restart."""

    meta = DetectionMeta(
        id="dnp3-restart",
        title="DNP3 outstation ordered to restart",
        severity=Severity.HIGH,
        engine=Engine.OPERATIONAL,
        attack=("T0816", "T0814"),
        status="stable",
    )
    only: ClassVar = {Occurrence: {"protocol": {"dnp3"}, "function": RESTARTS, "outcome": {"request"}}}

    def observe(self, event: Occurrence, context: Context) -> Iterator[Alert]:
        """Look at restart orders."""
        del context
        if event.protocol == "dnp3" and event.function in RESTARTS and event.outcome == "request":
            yield Alert(
                summary=f"{event.client} ordered {event.server} ({event.address}) to restart",
                evidence=(event,),
                details=(("function", event.function), ("outstation", event.address)),
            )
