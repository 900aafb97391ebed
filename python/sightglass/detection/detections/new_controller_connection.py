"""A controller has a conversation that it never had.

Why it matters:
    Controllers talk with few partners about few things; a file service, a shell or an unknown service between them is how
    intruders move on.
Benign when:
    A new server or workstation came into use; an engineer opens a device's web page for the first time.
Misses:
    New acts within conversations that were there before; conversations of hosts that serve no industrial protocol.
What to do:
    Find out what the client wanted; look at what it did there; learn the conversation when it belongs there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from sightglass.sdk import Alert, Baseline, Context, Detection, DetectionMeta, Engine, Severity
from sightglass.sdk.events import Flow
from sightglass.sdk.protocols import INDUSTRIAL

DYNAMIC = 49_152
"""Ports from here are given out anew for each service (RFC 6335, 6): they count as one."""
UNANSWERED = {"syn", "rejected", "one_sided", ""}
"""States of flows in which nobody answered."""


class NewControllerConnection(Detection):
    """Knows who serves industrial protocols, and which conversations such hosts have."""

    meta = DetectionMeta(
        id="new-controller-connection",
        title="New conversation of a controller",
        severity=Severity.MEDIUM,
        engine=Engine.POLICY_VIOLATION,
        attack=("T0886", "T0885"),
        needs_baseline=True,
    )
    only: ClassVar = {Flow: {"event": {"final"}, "transport": {"tcp"}}}

    def __init__(self) -> None:
        """Declare the baselines of controllers and of conversations."""
        self.controllers = Baseline[tuple[str]]("controllers", learnable=False)
        self.conversations = Baseline[tuple[str, str, str]]("conversations")

    def observe(self, event: Flow, context: Context) -> Iterable[Alert]:
        """Look at conversations that are over and had two sides."""
        if event.state in UNANSWERED or not event.packets_server or not event.server_ip:
            return ()
        guessed = event.recognised_by == "port"
        if event.protocol in INDUSTRIAL and not guessed:
            # While learning it notes the controller; afterwards new ones are no controllers yet.
            self.controllers.is_new((event.server_ip,), context)
        if event.protocol and not guessed:
            service = event.protocol
        else:
            service = "dynamic" if event.server_port >= DYNAMIC else str(event.server_port)
        key = (event.client_ip, event.server_ip, service)
        if not self.conversations.is_new(key, context) or self.controllers.is_new(
            (event.server_ip,), context
        ):
            return ()
        named = service if service == event.protocol else f"TCP {event.server_port}"
        return (
            Alert(
                summary=f"{event.client_ip} has a conversation with the controller {event.server_ip}: {named}",
                evidence=(event,),
                learn=(self.conversations.learn_key(key),),
                details=(("service", named), ("state", event.state)),
            ),
        )
