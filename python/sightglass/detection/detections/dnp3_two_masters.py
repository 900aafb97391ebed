"""Two hosts speak to a DNP3 outstation with the same master address.

Why it matters:
    An outstation knows its master by a number that anybody may use: whoever takes it commands the station.
Benign when:
    Two redundant front ends share one master address; the master got another IP address.
Misses:
    A rogue master that uses an address of its own, or the master's IP address too.
What to do:
    Find out which host is the master; look at what the other one read, wrote and commanded.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import ClassVar

from sightglass.sdk import Alert, Baseline, Context, Detection, DetectionMeta, Engine, Severity, Stage
from sightglass.sdk.events import Activity, Flow

MAX_STATIONS = 16_384
MAX_CLIENTS = 16
"""Hosts remembered of one master address on one outstation."""
MAX_SESSIONS = 64
"""Sessions kept of one pair until it is known whether it shares an address."""


class Dnp3TwoMasters(Detection):
    """Knows which hosts used which master address on which outstation."""

    meta = DetectionMeta(
        id="dnp3-two-masters",
        title="DNP3 master address used by two hosts",
        severity=Severity.HIGH,
        engine=Engine.ANOMALY,
        attack=("T0848", "T0855"),
    )
    only: ClassVar = {
        Activity: {"event": {"new"}, "protocol": {"dnp3"}},
        Flow: {"event": {"final"}, "protocol": {"dnp3"}},
    }

    def __init__(self) -> None:
        """Start without memory; declare the baseline of masters."""
        self.used: OrderedDict[tuple[str, str], dict[str, bool]] = OrderedDict()
        self.shared: set[tuple[str, str]] = set()
        self.sessions: OrderedDict[tuple[str, str], list[Flow]] = OrderedDict()
        self.masters = Baseline[tuple[str, str]]("dnp3-masters")

    def observe(self, event: Activity | Flow, context: Context) -> Iterator[Alert]:
        """Note who asks with which address; sessions of hosts that share one, and were not learned, are evidence."""
        pair = (event.client, event.server)
        if isinstance(event, Flow):
            if pair in self.shared:
                yield self._alert(event, "speaks")
            else:
                self._keep(pair, event)
            return
        master, _, rest = event.address.partition(" outstation ")
        if not rest or not event.requests or not event.client_ip:
            return
        key = (event.server, master)
        clients = self.used.setdefault(key, {})
        self.used.move_to_end(key)
        if len(self.used) > MAX_STATIONS:
            self.used.popitem(last=False)
        normal = not self.masters.is_new(pair, context) and context.stage is Stage.OPERATIONAL
        if event.client in clients or len(clients) >= MAX_CLIENTS:
            return
        clients[event.client] = normal
        suspects = [client for client, known in clients.items() if not known]
        if len(clients) < 2 or not suspects:
            return
        if not normal:
            yield self._alert(event, f"asks as {master}, as {next(iter(clients))} did")
        for client in suspects:
            if len(self.shared) < MAX_STATIONS:
                self.shared.add((client, event.server))
            for session in self.sessions.pop((client, event.server), []):
                yield self._alert(session, "speaks")

    def _keep(self, pair: tuple[str, str], session: Flow) -> None:
        kept = self.sessions.setdefault(pair, [])
        if len(kept) < MAX_SESSIONS:
            kept.append(session)
        if len(self.sessions) > MAX_STATIONS:
            self.sessions.popitem(last=False)

    def _alert(self, event: Activity | Flow, what: str) -> Alert:
        return Alert(
            summary=f"{event.client} {what} to the DNP3 outstation {event.server}: two hosts use one master address",
            evidence=(event,),
        )
