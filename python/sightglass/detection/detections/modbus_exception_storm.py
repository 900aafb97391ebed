"""A Modbus server refuses many requests of one client.

Why it matters:
    Whoever does not know a controller's registers finds them by trying; a faulty configuration shows the same way.
Benign when:
    A client was configured with a wrong register list and nobody noticed yet.
Misses:
    Devices that stay silent instead of refusing.
What to do:
    Look at which addresses were refused; ask whether the client's configuration changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from sightglass.sdk import Alert, Context, Detection, DetectionMeta, Engine, Severity
from sightglass.sdk.events import Activity

REFUSALS = 20
PER_MINUTE = 10
MINUTE_NS = 60 * 1_000_000_000
EXCEPTIONS = frozenset(
    "illegal_function illegal_data_address illegal_data_value server_device_failure acknowledge "  # noqa: SIM905
    "server_device_busy negative_acknowledge memory_parity_error gateway_path_unavailable "
    "gateway_target_device_failed_to_respond unknown_exception".split()
)
"""Names of the exception codes (MODBUS Application Protocol V1.1b3, 7)."""
MAX_SHOWN = 16
"""First refusals kept of a pair as evidence."""


class ModbusExceptionStorm(Detection):
    """Adds up refusals of a pair over all its activities."""

    meta = DetectionMeta(
        id="modbus-exception-storm",
        title="Storm of Modbus exceptions",
        severity=Severity.MEDIUM,
        engine=Engine.OPERATIONAL,
        attack=("T0846", "T0888"),
        reference=("Modbus Exception",),
    )
    only: ClassVar = {
        Activity: {"event": {"error", "final"}, "protocol": {"modbus"}, "last_error": EXCEPTIONS}
    }

    def __init__(self) -> None:
        """Start without memory."""
        self.refused: dict[tuple[str, str], list[Activity]] = {}
        self.shown: dict[tuple[str, str], list[Activity]] = {}

    def observe(self, event: Activity, context: Context) -> Iterator[Alert]:
        """Collect the first refusals of every activity, and the totals."""
        del context
        if event.protocol == "modbus" and event.errors:
            pair = (event.client, event.server)
            if event.event == "final":
                self.refused.setdefault(pair, []).append(event)
            elif len(shown := self.shown.setdefault(pair, [])) < MAX_SHOWN:
                shown.append(event)
        return iter(())

    def finish(self, context: Context) -> Iterator[Alert]:
        """Judge each pair as a whole."""
        del context
        for (client, server), activities in self.refused.items():
            errors = sum(each.errors for each in activities)
            span_ns = max(each.last_ts_ns for each in activities) - min(
                each.first_ts_ns for each in activities
            )
            minutes = max(span_ns, MINUTE_NS) / MINUTE_NS
            if errors >= REFUSALS and errors / minutes >= PER_MINUTE:
                reasons = sorted({each.last_error for each in activities if each.last_error})
                yield Alert(
                    summary=f"{server} refused {errors} requests of {client}",
                    evidence=tuple(map(_refusal, self.shown.get((client, server), activities))),
                    count=errors,
                    details=(("refusals", str(errors)), ("reasons", ", ".join(reasons))),
                )
        self.refused.clear()
        self.shown.clear()


def _refusal(event: Activity) -> Activity:
    """The activity itself may be old and innocent: the first refusal is its last frame at that time."""
    if event.event == "final":
        return event
    return replace(event, first_frame=event.last_frame, first_ts_ns=event.last_ts_ns)
