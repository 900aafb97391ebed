"""One host asks for many very long names.

Why it matters:
    A name server passes questions on into the Internet even where nothing else gets out; long names carry data out, answers
    carry orders in.
Benign when:
    A security product that looks files and addresses up by their hash; a content network with long names.
Misses:
    Slow tunnels; tunnels in answers alone; encrypted DNS.
What to do:
    Look at the domain that was asked for; find the program on the host; let the name server answer inside names only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from sightglass.detection.detections._window import SECOND_NS, Windows
from sightglass.sdk import Alert, Context, Detection, DetectionMeta, Engine, Severity
from sightglass.sdk.events import Flow

QUESTIONS = 50
SPAN_NS = 60 * SECOND_NS
LONG_BYTES = 150
"""A frame of a question with a name of 80 characters, and the usual extension; usual names have 10 to 50."""


class DnsTunnel(Detection):
    """Counts conversations of long questions."""

    meta = DetectionMeta(
        id="dns-tunnel",
        title="Data in DNS questions",
        severity=Severity.HIGH,
        engine=Engine.MALWARE,
        attack=("T0869", "T0884"),
        reference=("Suspicion of Malicious Activity (Name Queries)",),
    )
    only: ClassVar = {Flow: {"event": {"final"}, "protocol": {"dns"}, "transport": {"udp"}}}

    def __init__(self) -> None:
        """Start without memory."""
        self.asked = Windows[tuple[int, int, int]](SPAN_NS)

    def observe(self, event: Flow, context: Context) -> Iterable[Alert]:
        """Look at questions; one conversation may hold several."""
        del context
        questions = event.packets_client
        if not questions or event.bytes_client < LONG_BYTES * questions:
            return ()
        window = self.asked.of((event.client, event.server))
        count = 0
        for number in range(min(questions, QUESTIONS)):
            count = window.add((event.source, event.flow_id, number), event.last_ts_ns)
        if count < QUESTIONS:
            return ()
        return (
            Alert(
                summary=f"{event.client} asked {event.server} for {count} very long names within a minute",
                evidence=(event,),
                details=(("questions within a minute", str(count)),),
            ),
        )
