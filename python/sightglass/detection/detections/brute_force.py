"""One host tries to log in again and again.

Why it matters:
    Passwords of controllers and switches are short and seldom changed: guessing finds them.
Benign when:
    A program holds an old password and tries it for ever; a monitoring tool opens many sessions.
Misses:
    Guessing slower than the threshold, or spread over many sources.
What to do:
    Block the source; look for a log-in that succeeded; change the password of the device.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from sightglass.detection.detections._window import SECOND_NS, Windows
from sightglass.sdk import Alert, Context, Detection, DetectionMeta, Engine, Severity
from sightglass.sdk.events import Flow, Occurrence

ATTEMPTS = 20
SPAN_NS = 60 * SECOND_NS
REFUSED = 10
REFUSED_SPAN_NS = 600 * SECOND_NS
"""Refusals weigh more than attempts: people mistype three times, not ten."""
SESSIONS = frozenset({"telnet", "ssh", "rdp", "vnc"})
"""Protocols whose refusals are not seen: each short session is taken for an attempt."""
SHORT_NS = 10 * SECOND_NS
CHALLENGING = frozenset({"ntlm", "sip", "smb", "smb2"})
"""Protocols that refuse once before every log-in: only the greater number counts."""


class BruteForce(Detection):
    """Counts refused log-ins, and short sessions where refusals cannot be seen."""

    meta = DetectionMeta(
        id="brute-force",
        title="Password guessing",
        severity=Severity.HIGH,
        engine=Engine.ANOMALY,
        attack=("T0812", "T0859"),
        status="stable",
        reference=("Excessive Login Attempts", "Password Guessing Attempt Detected"),
    )
    only: ClassVar = {
        Occurrence: {"category": {"authentication"}, "outcome": {"error"}},
        Flow: {"event": {"final"}, "protocol": SESSIONS, "state": {"closed", "reset"}},
    }

    def __init__(self) -> None:
        """Start without memory."""
        self.refused = Windows[tuple[int, int]](REFUSED_SPAN_NS)
        self.attempts = Windows[tuple[int, int]](SPAN_NS)

    def observe(self, event: Occurrence | Flow, context: Context) -> Iterator[Alert]:
        """Look at refusals and at sessions that ended soon."""
        del context
        pair = (event.client, event.server, event.protocol)
        if isinstance(event, Occurrence):
            if event.outcome != "error":
                return
            thing = (event.source, event.frame)
            attempts = self.attempts.of(pair).add(thing, event.ts_ns)
            refused = self.refused.of(pair).add(thing, event.ts_ns)
            if attempts >= ATTEMPTS or (refused >= REFUSED and event.protocol not in CHALLENGING):
                yield self._alert(event, f"{refused} log-ins of {event.client} were refused", refused)
        elif event.last_ts_ns - event.first_ts_ns <= SHORT_NS and event.packets_server:
            count = self.attempts.of(pair).add((event.source, event.flow_id), event.first_ts_ns)
            if count >= ATTEMPTS:
                yield self._alert(event, f"{event.client} opened {count} short sessions", count)

    @staticmethod
    def _alert(event: Occurrence | Flow, what: str, count: int) -> Alert:
        return Alert(
            summary=f"{what} on {event.server} by {event.protocol}",
            evidence=(event,),
            key=(event.protocol,),
            details=(("attempts", str(count)), ("protocol", event.protocol)),
        )
