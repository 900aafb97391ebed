"""Messages that break the rules of their industrial protocol.

Why it matters:
    Tools that look for weaknesses and exploits send what no product sends; so do hands that forge messages.
Benign when:
    A product with a fault of its own, which then shows from the first day; a proprietary function.
Misses:
    A single wrong message; messages that are right in form and wrong in purpose.
What to do:
    Look at the first such message and at its sender; check whether the device still works.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import ClassVar

from sightglass.sdk import Alert, Baseline, Context, Detection, DetectionMeta, Engine, Severity, Stage
from sightglass.sdk.events import Anomaly
from sightglass.sdk.protocols import INDUSTRIAL

MESSAGES = 2
BROKEN = frozenset(
    {
        "bad_checksum", "bad_length", "bad_value", "bad_version", "out_of_range", "reserved_function",
        "trailing_bytes", "unknown_function", "wrong_direction",
    }
)  # fmt: skip
"""Marks that neither a lost frame nor a capture that begins late can cause."""
MAX_PAIRS = 4096


class MalformedMessages(Detection):
    """Adds up marks of each pair and protocol."""

    meta = DetectionMeta(
        id="malformed-messages",
        title="Messages against their protocol",
        severity=Severity.MEDIUM,
        engine=Engine.PROTOCOL_VIOLATION,
        attack=("T0814", "T0866"),
        reference=("Excessive Malformed Packets In a Single Session", "Usage of a Reserved Function Code"),
    )
    only: ClassVar = {Anomaly: {"protocol": INDUSTRIAL, "anomaly": BROKEN}}

    def __init__(self) -> None:
        """Start without memory; declare the baseline of faulty products."""
        self.marks: OrderedDict[tuple[str, str, str], dict[tuple[int, str], Anomaly]] = OrderedDict()
        self.normal = Baseline[tuple[str, str, str, str]]("malformed")

    def observe(self, event: Anomaly, context: Context) -> Iterator[Alert]:
        """Keep the first mark of each kind and its total."""
        key = (event.client, event.server, event.protocol, event.anomaly)
        if self.normal.is_new(key, context) or context.stage is Stage.UNJUDGED:
            pair = key[:3]
            known = self.marks.setdefault(pair, {})
            self.marks.move_to_end(pair)
            if len(self.marks) > MAX_PAIRS:
                self.marks.popitem(last=False)
            each = (event.flow_id, event.anomaly)
            if each not in known or event.count >= known[each].count:
                known[each] = event
        return iter(())

    def finish(self, context: Context) -> Iterator[Alert]:
        """Judge each pair as a whole."""
        del context
        for (client, server, protocol), marks in self.marks.items():
            total = sum(each.count for each in marks.values())
            if total >= MESSAGES:
                kinds = sorted({each.anomaly for each in marks.values()})
                yield Alert(
                    summary=f"{total} {protocol} messages between {client} and {server} break the protocol",
                    evidence=tuple(marks.values()),
                    source=client,
                    destination=server,
                    protocol=protocol,
                    count=total,
                    learn=tuple(self.normal.learn_key((client, server, protocol, kind)) for kind in kinds),
                    details=(("marks", ", ".join(kind.replace("_", " ") for kind in kinds)),),
                )
        self.marks.clear()
