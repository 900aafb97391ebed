"""Write or command to a controller from a client that never did so before.

Why it matters:
    Writes change the process, and the set of writers is small and stable after commissioning.
Benign when:
    A workstation was replaced, or an operator failed over to the backup station.
Misses:
    A compromised workstation that already writes; clients first seen while learning.
What to do:
    Find who used the client; check the values written; learn the pair when it belongs there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from sightglass.sdk import Alert, Baseline, Context, Detection, DetectionMeta, Engine, Severity
from sightglass.sdk.events import Occurrence

ACTS = frozenset({"write", "control", "configuration", "firmware_update", "program_download"})
PLAIN = frozenset(
    [
        "http",
        "tls",
        "smb",
        "smb2",
        "snmp",
        "ftp",
        "telnet",
        "ssh",
        "dns",
        "dhcp",
        "mdns",
        "ntlm",
        "dcerpc",
        "ldap",
        "kerberos",
    ]
)


class UnauthorisedWrite(Detection):
    """Knows which client writes to which server by which protocol."""

    meta = DetectionMeta(
        id="unauthorised-write",
        title="Write to a controller from a new client",
        severity=Severity.HIGH,
        engine=Engine.POLICY_VIOLATION,
        attack=("T0855", "T0836"),
        status="stable",
        needs_baseline=True,
    )
    only: ClassVar = {Occurrence: {"category": ACTS, "outcome": {"request", "event"}}}

    def __init__(self) -> None:
        """Declare the baseline of writers."""
        self.writers = Baseline[tuple[str, str, str]]("writers")

    def observe(self, event: Occurrence, context: Context) -> Iterator[Alert]:
        """Look at writes and commands."""
        if event.category not in ACTS or event.protocol in PLAIN or event.outcome in {"ok", "error"}:
            return
        key = (event.client, event.server, event.protocol)
        if self.writers.is_new(key, context):
            about = " ".join(part for part in (event.address, event.object) if part)
            yield Alert(
                summary=f"{event.client} wrote to {event.server} by {event.protocol} for the first time",
                evidence=(event,),
                learn=(self.writers.learn_key(key),),
                details=(("function", event.function), ("object", about)),
            )
