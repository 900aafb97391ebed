"""A portal over the sample plant, and browsers that are signed in or not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sightglass.content.attack import technique_names
from sightglass.portal.app import create_app
from sightglass.portal.auth.sessions import Sessions
from sightglass.portal.serve import hosts_of
from sightglass.portal.state import PortalState
from sightglass.store import Store
from sightglass.store.memory import MemoryStore
from sightglass.store.sql.store import SqlStore
from tests.fixtures.sample_state import records

HOST = "127.0.0.1:8123"
Connect = Callable[..., TestClient]


@pytest.fixture
def store() -> Store:
    """The sample plant."""
    store = MemoryStore()
    store.apply(records())
    return store


@pytest.fixture
def connect(store: Store, tmp_path: Path) -> Connect:
    """Makes a browser on a portal; `signed_in=False` for a stranger."""

    def make(
        over: Store | None = None,
        *,
        signed_in: bool = True,
        console: Path | None = None,
        history: Path | None = None,
        evidence: Path | None = None,
    ) -> TestClient:
        sessions = Sessions()
        state = PortalState(
            store=over if over is not None else store,
            sessions=sessions,
            title="riverside",
            history=history,
            evidence=evidence,
            techniques=technique_names(),
            clock_ns=lambda: 1_800_000_000 * 10**9,
        )
        app = create_app(state, hosts_of(8123), console or tmp_path / "none")
        client = TestClient(
            app, base_url=f"http://{HOST}", follow_redirects=False, raise_server_exceptions=False
        )
        if signed_in:
            answer = client.get("/login", params={"token": sessions.new_link_token()})
            assert answer.status_code == 303
        client.headers["x-token"] = sessions.new_link_token()  # for tests of the login itself
        return client

    return make


@pytest.fixture
def client(connect: Connect) -> TestClient:
    """A browser that is signed in."""
    return connect()


@pytest.fixture
def sql_store(tmp_path: Path) -> Store:
    """The sample plant in a file, open for reading."""
    path = tmp_path / "state.sqlite"
    with SqlStore.open_for_writing(path) as writer:
        writer.apply(records())
    return SqlStore.open_for_reading(path)
