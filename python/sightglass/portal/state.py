"""What the routes work on."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sightglass.portal.auth.sessions import Sessions
from sightglass.store import Store


@dataclass(frozen=True, slots=True)
class PortalState:
    """The parts of one running portal.

    Attributes:
        title: What is served, for the console's header: the name of the result folder.
        cookie: Name of the session cookie; differs per port, for browsers share cookies between ports.
        history: Folder of the history's segments, None when there is none.
        evidence: Folder of the alerts' packets, None when there is none.
        techniques: ATT&CK for ICS technique id to its name.
        clock_ns: Wall clock for operators' edits, Unix nanoseconds.
    """

    store: Store
    sessions: Sessions
    title: str = ""
    cookie: str = "sightglass"
    history: Path | None = None
    evidence: Path | None = None
    techniques: Mapping[str, str] = field(default_factory=dict)
    clock_ns: Callable[[], int] = time.time_ns
