"""The portal's application: all resources under one guard."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

import sightglass
from sightglass.portal.activities.router import router as activities
from sightglass.portal.alerts.router import router as alerts
from sightglass.portal.auth.access import Reader
from sightglass.portal.connections.router import router as connections
from sightglass.portal.devices.router import router as devices
from sightglass.portal.events.router import router as events
from sightglass.portal.findings.router import router as findings
from sightglass.portal.health.router import router as health
from sightglass.portal.map.router import router as plant_map
from sightglass.portal.protocols.router import router as protocols
from sightglass.portal.session.router import router as session
from sightglass.portal.state import PortalState
from sightglass.portal.summary.router import router as summary
from sightglass.portal.unknown.router import router as unknown
from sightglass.portal.values.router import router as values
from sightglass.portal.web import console, problems
from sightglass.portal.web.guard import Etags, Guard
from sightglass.portal.web.problems import MEDIA_TYPE, Problem

PREFIX = "/api/v1"
CONSOLE = Path(sightglass.__file__).parent / "_console"

_RESOURCES = (
    *(summary, devices, connections, activities, alerts, findings, values),
    *(plant_map, protocols, unknown, events, health, session),
)
_PROBLEMS: dict[int | str, dict[str, object]] = {
    code: {"model": Problem, "content": {MEDIA_TYPE: {}}, "description": text}
    for code, text in {
        400: "A filter, sort name or cursor that cannot be used.",
        401: "Not signed in.",
        403: "Not allowed.",
        404: "No such thing.",
        422: "A parameter of the wrong form.",
    }.items()
}


def create_api(state: PortalState, console_folder: Path = CONSOLE) -> FastAPI:
    """Compose the routes, without the guard around them.

    Args:
        state: What the routes work on.
        console_folder: Where the built console is.
    """
    app = FastAPI(
        title="Sightglass",
        version="1",
        description="Devices, connections, alerts and weaknesses of the watched networks.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.portal = state
    problems.install(app)
    api = APIRouter(prefix=PREFIX, responses=_PROBLEMS)
    for resource in _RESOURCES:
        api.include_router(resource)

    @api.get("/openapi.json", include_in_schema=False)
    def openapi(_user: Reader) -> dict[str, object]:
        """This interface's description."""
        return app.openapi()

    app.include_router(api)
    console.serve(app, console_folder)
    return app


def create_app(state: PortalState, hosts: Collection[str], console_folder: Path = CONSOLE) -> ASGIApp:
    """Build the application that a server runs.

    Args:
        state: What the routes work on.
        hosts: Values of the Host header to answer to, port included.
        console_folder: Where the built console is.
    """
    return Guard(Etags(create_api(state, console_folder)), hosts)
