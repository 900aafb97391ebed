"""A device was ordered to reset or to start anew.

Why it matters:
    While it starts the device neither measures nor obeys, and some resets bring back the settings it left the works with.
Benign when:
    Maintenance by the engineering station; the last step of a firmware update.
Misses:
    A restart by power or by the device's own keys; a restart inside an encrypted session.
What to do:
    Check whether the device came back with the settings it had; find who used the source; look for what came before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from sightglass.sdk import Alert, Context, Detection, DetectionMeta, Engine, Severity
from sightglass.sdk.events import Occurrence

RESETS = frozenset(
    {
        ("bacnet", "reinitialize_device"), ("cip", "reset"), ("fins", "reset"), ("melsec", "remote_reset"),
        ("mms", "reset"), ("profinet_dcp", "set"), ("umas", "initialise_plc"),
    }
)  # fmt: skip
"""DNP3 and Modbus have restarts of their own: `dnp3-restart` and a content rule."""


class ControllerReset(Detection):
    """Fires on every order to reset, answered or not."""

    meta = DetectionMeta(
        id="controller-reset",
        title="Device ordered to reset",
        severity=Severity.HIGH,
        engine=Engine.OPERATIONAL,
        attack=("T0816", "T0858", "T0814"),
        status="stable",
        reference=("Controller Reset", "Profinet Device Factory Reset"),
    )
    only: ClassVar = {
        Occurrence: {
            "category": {"control"},
            "function": {function for _, function in RESETS},
            "outcome": {"request", "event"},
        }
    }

    def observe(self, event: Occurrence, context: Context) -> Iterator[Alert]:
        """Look at control acts."""
        del context
        if event.protocol == "profinet_dcp" and "factory" not in event.object:
            return
        if (event.protocol, event.function) in RESETS:
            place = f" ({event.address})" if event.address else ""
            yield Alert(
                summary=f"{event.client} ordered {event.server}{place} to reset",
                evidence=(event,),
                details=(("function", event.function), ("place", event.address), ("object", event.object)),
            )
