"""A device refused a log-in.

Why it matters:
    Devices of a plant are used with the same few accounts; a refusal is a typing error or a guess.
Benign when:
    Somebody mistyped; a password was changed and a program still has the old one.
Misses:
    Protocols whose refusals are encrypted, such as SSH; a log-in with a password that is right.
What to do:
    Ask who used the client; look for a log-in that succeeded afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from sightglass.sdk import Alert, Context, Detection, DetectionMeta, Engine, Severity
from sightglass.sdk.events import Occurrence

PROTOCOLS = frozenset(
    {"ftp", "http", "telnet", "vnc", "s7comm", "mms", "opcua", "mysql", "postgresql", "tds"}
)
"""Protocols in which a refusal means a wrong name or password: others refuse first as a matter of course."""


class FailedLogin(Detection):
    """Fires on the first refusal; many of them are `brute-force`."""

    meta = DetectionMeta(
        id="failed-login",
        title="Log-in refused",
        severity=Severity.LOW,
        engine=Engine.POLICY_VIOLATION,
        attack=("T0812", "T0859"),
        reference=("FTP Login Failed", "Database Login Failed"),
    )
    only: ClassVar = {
        Occurrence: {"category": {"authentication"}, "protocol": PROTOCOLS, "outcome": {"error"}}
    }

    def observe(self, event: Occurrence, context: Context) -> Iterator[Alert]:
        """Look at refusals."""
        del context
        if event.outcome == "error":
            yield Alert(
                summary=f"{event.server} refused a log-in of {event.client} by {event.protocol}",
                evidence=(event,),
                key=(event.protocol,),
                details=(("reason", event.error.replace("_", " ")),),
            )
