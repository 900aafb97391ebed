"""Nobody gets plant data without a session, and no other site gets at it through a browser."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from sightglass.portal.app import PREFIX, create_api
from sightglass.portal.auth import sessions as sessions_module
from sightglass.portal.auth.access import _editor, _reader
from sightglass.portal.auth.sessions import IDLE_S, Sessions
from sightglass.portal.schema import openapi_text
from sightglass.portal.state import PortalState
from sightglass.store.memory import MemoryStore
from tests.portal.conftest import HOST, Connect


def _operations() -> Iterator[tuple[str, str]]:
    """Every method and path that the published description names, and those it does not."""
    import json

    for path, methods in json.loads(openapi_text())["paths"].items():
        for method in methods:
            yield method.upper(), path.replace("{", "").replace("}", "")
    yield "GET", f"{PREFIX}/openapi.json"


_OPERATIONS = sorted(_operations())


@pytest.mark.parametrize(("method", "path"), _OPERATIONS)
def test_every_route_is_denied_without_a_session(connect: Connect, method: str, path: str) -> None:
    stranger = connect(signed_in=False)
    for cookie in (None, "", "x", "sightglass"):
        if cookie is not None:
            stranger.cookies.set("sightglass", cookie)
        answer = stranger.request(method, path, json={} if method == "PATCH" else None)
        assert answer.status_code == 401, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert "items" not in answer.text


def _routes(routes: list[Any]) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        yield from _routes(
            list(
                getattr(route, "routes", []) or getattr(getattr(route, "original_router", None), "routes", [])
            )
        )


def test_every_route_of_the_api_takes_access_as_a_parameter() -> None:
    app = create_api(PortalState(store=MemoryStore(), sessions=Sessions()))
    checked = 0
    for route in _routes(list(app.routes)):
        if route.path in {"/login", "/{path:path}"}:
            continue
        marks = {
            getattr(part, "dependency", None)
            for parameter in inspect.signature(route.endpoint, eval_str=True).parameters.values()
            for part in getattr(parameter.annotation, "__metadata__", ())
        }
        assert marks & {_reader, _editor}, route.path
        if set(route.methods or ()) & {"POST", "PUT", "PATCH"}:
            assert _editor in marks, route.path
        checked += 1
    assert checked == len(_OPERATIONS)


def test_a_link_signs_in_once(connect: Connect) -> None:
    client = connect(signed_in=False)
    token = client.headers["x-token"]
    first = client.get("/login", params={"token": token})
    assert (first.status_code, first.headers["location"]) == (303, "/")
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert client.get(f"{PREFIX}/session").json() == {"user": "operator", "editable": True}
    client.cookies.clear()
    second = client.get("/login", params={"token": token})
    assert second.status_code == 403
    assert "set-cookie" not in second.headers
    assert token not in second.text
    assert client.get(f"{PREFIX}/session").status_code == 401


def test_a_used_link_in_a_signed_in_browser_leads_to_the_console(connect: Connect) -> None:
    client = connect(signed_in=False)
    token = client.headers["x-token"]
    client.get("/login", params={"token": token})
    assert client.get("/login", params={"token": token}).headers["location"] == "/"


@pytest.mark.parametrize("token", ["x", "\x00", "é" * 300, "' OR 1=1 --"])
def test_a_guessed_token_signs_nobody_in(connect: Connect, token: str) -> None:
    client = connect(signed_in=False)
    assert client.get("/login", params={"token": token}).status_code == 403
    assert client.get(f"{PREFIX}/summary").status_code == 401


def test_signing_out_ends_the_session(client: TestClient) -> None:
    secret = client.cookies["sightglass"]
    assert client.delete(f"{PREFIX}/session").status_code == 204
    client.cookies.set("sightglass", secret)
    assert client.get(f"{PREFIX}/summary").status_code == 401


def test_an_idle_session_ends_and_a_used_one_does_not() -> None:
    now = [0.0]
    sessions = Sessions(clock=lambda: now[0])
    secret = sessions.redeem(sessions.new_link_token("anna"))
    for _ in range(5):
        now[0] += IDLE_S - 1
        assert sessions.user(secret) == "anna"
    now[0] += IDLE_S + 1
    assert sessions.user(secret) is None


def test_sessions_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions_module, "_MAX_SESSIONS", 3)
    ticks = iter(range(1000))
    sessions = Sessions(clock=lambda: float(next(ticks)))
    secrets = [sessions.redeem(sessions.new_link_token()) for _ in range(5)]
    assert [sessions.user(secret) is not None for secret in secrets] == [False, False, True, True, True]


def test_no_secret_is_held_in_the_clear() -> None:
    sessions = Sessions()
    token = sessions.new_link_token()
    other = sessions.redeem(sessions.new_link_token())
    held = repr([vars(sessions)])
    assert token not in held
    assert other is not None
    assert other not in held


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8123", "127.0.0.1", "127.0.0.1:80", "", "localhost.evil:8123"]
)
def test_other_host_names_are_refused(client: TestClient, host: str) -> None:
    for path in ("/", "/login", f"{PREFIX}/devices"):
        answer = client.get(path, headers={"host": host})
        assert answer.status_code == 421
        assert "items" not in answer.text


@pytest.mark.parametrize("host", [HOST, "localhost:8123", "LOCALHOST:8123", "[::1]:8123"])
def test_own_host_names_are_answered(connect: Connect, host: str) -> None:
    assert connect(signed_in=False).get("/login", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
    ids=str,
)
def test_edits_from_other_sites_are_refused(client: TestClient, headers: dict[str, str]) -> None:
    alert = client.get(f"{PREFIX}/alerts").json()["items"][0]["id"]
    answer = client.patch(f"{PREFIX}/alerts/{alert}", json={"status": "closed"}, headers=headers)
    assert answer.status_code == 403
    assert client.get(f"{PREFIX}/alerts/{alert}").json()["status"] != "closed"


def test_no_answer_allows_other_origins(client: TestClient) -> None:
    for path in ("/", "/login", f"{PREFIX}/devices"):
        answer = client.get(path, headers={"origin": "http://evil.example"})
        assert not [name for name in answer.headers if name.startswith("access-control-")]
    preflight = client.options(f"{PREFIX}/devices", headers={"origin": "http://evil.example"})
    assert preflight.status_code in {404, 405}


@pytest.mark.parametrize("path", ["/", "/login", f"{PREFIX}/devices", f"{PREFIX}/nothing", "/assets/x.js"])
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"


def test_large_and_endless_bodies_are_refused(client: TestClient) -> None:
    alert = client.get(f"{PREFIX}/alerts").json()["items"][0]["id"]
    path = f"{PREFIX}/alerts/{alert}"
    assert client.patch(path, json={"comment": "x" * 100_000}).status_code == 413
    endless = client.patch(path, content=iter([b"{", b"}"]), headers={"content-type": "application/json"})
    assert endless.status_code == 411
    assert client.patch(path, content=b"{}", headers={b"content-length": b"\xb2"}).status_code in {400, 413}
