"""The console's files."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.portal.conftest import Connect


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A small built console, with a secret beside it."""
    folder = tmp_path / "console"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>console</title>")
    (folder / "assets" / "app-1a2b.js").write_text("export {}")
    (folder / "icon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    return folder


@pytest.fixture
def client(connect: Connect, built: Path) -> TestClient:
    """A stranger's browser: the files hold no plant data."""
    return connect(signed_in=False, console=built)


@pytest.mark.parametrize(
    "path", ["/", "/devices", "/devices/abc?q=1", "/alerts/", "/index.html", "/no/such/page"]
)
def test_every_page_of_the_console_is_its_index(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "<title>console" in answer.text
    assert answer.headers["cache-control"] == "no-cache"


def test_assets_are_kept_for_ever(client: TestClient) -> None:
    answer = client.get("/assets/app-1a2b.js")
    assert answer.text == "export {}"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert client.get("/icon.svg").headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/assets/..%2f..%2fsecret.txt",
            "/link.txt",
            "//etc/passwd",
        ),
        *("/%00", "/..%5csecret.txt", "/etc/passwd", "/" + "a" * 5000),
    ],
)
def test_nothing_outside_the_build_is_served(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert "secret" not in answer.text
    assert "root:" not in answer.text


def test_a_missing_build_is_said(connect: Connect) -> None:
    answer = connect(signed_in=False).get("/")
    assert answer.status_code == 503
    assert "make setup" in answer.text


def test_unknown_api_paths_are_not_pages(client: TestClient) -> None:
    for path in ("/api", "/api/v1/nothing", "/api/v2/devices"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "<title>" not in answer.text
