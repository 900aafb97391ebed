"""The configuration of a controller or field device was changed over the network.

Why it matters:
    Names, addresses, clocks and settings decide whom a device obeys and what its records are worth.
Benign when:
    An engineering station sets a device up; a controller names the devices of its own PROFINET.
Misses:
    Settings written as ordinary values; changes inside encrypted sessions; what telecontrol masters set at each start.
What to do:
    Ask for the change order; read the setting back and compare it with the documentation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from sightglass.detection.detections._repeats import Repeats
from sightglass.sdk import Alert, Baseline, Context, Detection, DetectionMeta, Engine, Severity, Stage
from sightglass.sdk.events import Activity, Occurrence
from sightglass.sdk.protocols import INDUSTRIAL

ROUTINE = frozenset(
    {
        ("bacnet", "bvlc_register_foreign_device"), ("dnp3", "disable_unsolicited"), ("dnp3", "enable_unsolicited"),
    }
)  # fmt: skip
"""Set by clients whenever they start."""
CLOCKS = frozenset({"cip", "s7comm", "s7comm_plus", "umas", "fins", "melsec", "ge_srtp", "tristation"})
"""Protocols by which engineers set clocks; others set them as a matter of course."""
CLOCK_FUNCTIONS = frozenset(
    {
        "adjust_clock_calendar", "set_attribute_list", "set_attribute_single", "set_attributes_all", "set_calendar",
        "set_clock", "set_plc_time_date", "set_time", "write_clock",
    }
)  # fmt: skip


class ConfigurationChange(Detection):
    """Fires on settings written, unless the pair was learned to write them."""

    meta = DetectionMeta(
        id="configuration-change",
        title="Configuration of a device changed",
        severity=Severity.MEDIUM,
        engine=Engine.POLICY_VIOLATION,
        attack=("T0836",),
        reference=("Unauthorized PLC Configuration Write", "Change of Device Configuration"),
    )
    only: ClassVar = {
        Occurrence: {
            "category": {"configuration"},
            "protocol": INDUSTRIAL,
            "outcome": {"request", "event"},
        },
        Activity: {
            "event": {"new"},
            "category": {"time_sync"},
            "protocol": CLOCKS,
            "function": CLOCK_FUNCTIONS,
        },
    }

    def __init__(self) -> None:
        """Declare the baseline of who configures what."""
        self.setters = Baseline[tuple[str, str, str, str]]("configuration")
        self.repeats = Repeats[tuple[str, str, str, str]]()

    def observe(self, event: Occurrence | Activity, context: Context) -> Iterator[Alert]:
        """Look at settings and at clocks set."""
        key = (event.client, event.server, event.protocol, event.function)
        if key[2:] in ROUTINE:
            return
        if context.stage is not Stage.UNJUDGED and not self.setters.is_new(key, context):
            return
        count = 1 if isinstance(event, Activity) else self.repeats.add(key, event)
        if count:
            yield self._alert(key, event, count)

    def finish(self, context: Context) -> Iterator[Alert]:
        """Tell of what still waits."""
        del context
        for key, event, count in self.repeats.rest():
            yield self._alert(key, event, count)

    def _alert(self, key: tuple[str, str, str, str], event: Occurrence | Activity, count: int) -> Alert:
        what = "the clock" if isinstance(event, Activity) else event.object or "settings"
        return Alert(
            summary=f"{event.client} changed {what} of {event.server} by {event.protocol}",
            evidence=(event,),
            key=key[2:],
            count=count,
            learn=(self.setters.learn_key(key),),
            details=(("function", event.function), ("object", event.object), ("place", event.address)),
        )
