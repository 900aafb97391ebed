"""Runs the portal on this machine's loopback until it is stopped."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from pathlib import Path

import uvicorn

from sightglass.portal.app import CONSOLE, create_app
from sightglass.portal.auth.sessions import Sessions
from sightglass.portal.state import PortalState
from sightglass.store import Store

LOOPBACK = "127.0.0.1"


def serve_store(
    store: Store,
    *,
    title: str,
    history: Path | None,
    evidence: Path | None = None,
    port: int,
    announce: Callable[[str], None],
    techniques: Mapping[str, str] | None = None,
    console_folder: Path = CONSOLE,
) -> None:
    """Serve until a signal ends it.

    Args:
        store: What is shown.
        title: Shown in the console's header.
        history: Folder of segments, None without.
        evidence: Folder of the alerts' packets, None without.
        port: 0 takes a free one.
        announce: Gets the lines for the operator, the one-time link among them.
        techniques: Names of ATT&CK techniques by id.
        console_folder: The built console.

    Raises:
        OSError: When the port is taken.
    """
    listener = socket.create_server((LOOPBACK, port))
    port = listener.getsockname()[1]
    sessions = Sessions()
    state = PortalState(
        store=store,
        sessions=sessions,
        title=title,
        cookie=f"sightglass_{port}",
        history=history,
        evidence=evidence,
        techniques=techniques or {},
    )
    app = create_app(state, hosts_of(port), console_folder)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        limit_concurrency=256,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=3,
    )
    announce(
        f"Serving {title or 'the console'} on this machine; stop with Ctrl-C. Open this link, it works once:"
    )
    announce(f"http://{LOOPBACK}:{port}/login?token={sessions.new_link_token()}")
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        pass
    finally:
        listener.close()


def hosts_of(port: int) -> tuple[str, ...]:
    """Host headers that a browser on this machine sends."""
    return tuple(f"{name}:{port}" for name in (LOOPBACK, "localhost", "[::1]"))
