"""A Windows host is made to run or to give away something from afar.

Why it matters:
    With a stolen password an intruder needs no exploit: a service, a task or a driver set up over the network runs
    what he wants with the highest rights, and a copy of the directory holds everybody's passwords.
Benign when:
    Software distribution and administration; domain controllers that replicate with each other.
Misses:
    Calls inside encrypted SMB sessions; other ways to run programs, such as WMI, WinRM or SSH.
What to do:
    Ask the administrators; look at the host's event log for the service or task; isolate it when nobody knows of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from sightglass.sdk import Alert, Baseline, Context, Detection, DetectionMeta, Engine, Severity, Stage
from sightglass.sdk.events import Activity

ACTS = {
    "367abb81-9844-35f1-ad32-98f038001003 opnum 12": "created a service on",
    "367abb81-9844-35f1-ad32-98f038001003 opnum 24": "created a service on",
    "367abb81-9844-35f1-ad32-98f038001003 opnum 60": "created a service on",
    "86d35949-83c9-4044-b424-db363231fd0c opnum 1": "registered a task on",
    "1ff70682-0a51-30e8-076d-740be8cee98b opnum 0": "added a job on",
    "12345678-1234-abcd-ef00-0123456789ab opnum 9": "installed a printer driver on",
    "12345678-1234-abcd-ef00-0123456789ab opnum 89": "installed a printer driver on",
    "76f03f96-cdfd-44fc-a22c-64950a001209 opnum 39": "installed a printer driver on",
    "e3514235-4b06-11d1-ab04-00c04fc2dcd2 opnum 3": "copied directory entries of",
}
"""Interface and operation: MS-SCMR 3.1.4, MS-TSCH 3.2.5, MS-RPRN 3.1.4, MS-PAR 3.1.4, MS-DRSR 4.1."""


class WindowsRemoteControl(Detection):
    """Fires on the first such call of a pair, unless the pair was learned to make it."""

    meta = DetectionMeta(
        id="windows-remote-control",
        title="Windows host controlled from afar",
        severity=Severity.HIGH,
        engine=Engine.MALWARE,
        attack=("T0886",),
        reference=(
            "Suspicion of Remote Code Execution with PsExec",
            "Suspicion of Remote Windows Service Management",
            "Unauthorized Windows Service",
        ),
    )
    only: ClassVar = {
        Activity: {"event": {"new"}, "protocol": {"dcerpc"}, "function": {"call"}, "object": frozenset(ACTS)}
    }

    def __init__(self) -> None:
        """Declare the baseline of administrators."""
        self.administrators = Baseline[tuple[str, str, str]]("windows-administrators")

    def observe(self, event: Activity, context: Context) -> Iterator[Alert]:
        """Look at the first call of each operation."""
        act = ACTS.get(event.object)
        if act is None:
            return
        key = (event.client, event.server, event.object)
        if context.stage is not Stage.UNJUDGED and not self.administrators.is_new(key, context):
            return
        yield Alert(
            summary=f"{event.client} {act} {event.server}",
            evidence=(event,),
            key=(act,),
            learn=(self.administrators.learn_key(key),),
            details=(("interface and operation", event.object),),
        )
