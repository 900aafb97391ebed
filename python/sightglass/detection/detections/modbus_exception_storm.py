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
from typing import ClassVar

from sightglass.sdk import Alert, Context, Detection, DetectionMeta, Engine, Severity
from sightglass.sdk.events import Relation

REFUSALS = 20
PER_MINUTE = 10
MINUTE_NS = 60 * 1_000_000_000


class ModbusExceptionStorm(Detection):
    """Looks at what was refused between a pair, over all its activities."""

    meta = DetectionMeta(
        id="modbus-exception-storm",
        title="Storm of Modbus exceptions",
        severity=Severity.MEDIUM,
        engine=Engine.OPERATIONAL,
        attack=("T0846", "T0888"),
        reference=("Modbus Exception",),
    )
    only: ClassVar = {Relation: {"event": {"final"}, "protocol": {"modbus"}}}

    def observe(self, event: Relation, context: Context) -> Iterator[Alert]:
        """Judge each pair as a whole."""
        del context
        if event.protocol != "modbus" or event.errors < REFUSALS:
            return
        span_ns = (event.last_error_ts_ns or 0) - (event.first_error_ts_ns or 0)
        if event.errors / (max(span_ns, MINUTE_NS) / MINUTE_NS) >= PER_MINUTE:
            yield Alert(
                summary=f"{event.server} refused {event.errors} requests of {event.client}",
                evidence=_refusals(event),
                count=event.errors,
                details=(
                    ("refusals", str(event.errors)),
                    ("reasons", event.reasons.replace(",", ", ")),
                ),
            )


def _refusals(event: Relation) -> tuple[Relation, ...]:
    """The pair itself may be old and innocent: what shows the storm are its refusals."""
    frames = [*zip(event.error_times, event.error_frames, strict=True)]
    frames.append((event.last_error_ts_ns or 0, event.last_error_frame or 0))
    return tuple(
        event._replace(first_ts_ns=ts_ns, first_frame=frame, last_ts_ns=ts_ns, last_frame=frame)
        for ts_ns, frame in frames
    )
