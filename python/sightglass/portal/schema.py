"""Writes the API's description: ``python -m sightglass.portal.schema FILE``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from sightglass.portal.app import create_api
from sightglass.portal.auth.sessions import Sessions
from sightglass.portal.state import PortalState
from sightglass.store.memory import MemoryStore


def openapi_text() -> str:
    """The description as committed in ``schema/openapi.json``."""
    app = create_api(PortalState(store=MemoryStore(), sessions=Sessions()))
    return json.dumps(app.openapi(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(openapi_text(), encoding="utf-8")
