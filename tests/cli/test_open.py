"""``sightglass open``."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests.fixtures.sample_state import write

_PROGRAM = """
import click
from sightglass.cli.open import register
group = click.Group()
register(group)
group()
"""


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", _PROGRAM, "open", *arguments]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result folder."""
    folder = tmp_path_factory.mktemp("out") / "riverside"
    write(folder)
    return folder


@contextmanager
def _served(folder: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    process = subprocess.Popen(
        _command(str(folder), *options), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        told = [process.stderr.readline(), process.stderr.readline()]
        link = re.search(r"http://127\.0\.0\.1:\d+/login\?token=\S+", "".join(told))
        assert link, told
        yield link[0], process
    finally:
        process.kill()
        process.communicate()


def _browser() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
    )


def _open(browser: urllib.request.OpenerDirector, url: str) -> tuple[int, bytes]:
    for attempt in range(100):
        try:
            with browser.open(url, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()
        except urllib.error.URLError:
            time.sleep(0.05 * (attempt + 1))
    raise AssertionError("the server never answered")


def test_the_link_opens_the_folder_once_and_ctrl_c_ends_it(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    with _served(folder) as (link, process):
        base = link.split("/login")[0]
        browser = _browser()
        assert _open(browser, f"{base}/api/v1/summary")[0] == 401
        assert _open(browser, link)[0] in {200, 503}  # the console may not be built
        status, body = _open(browser, f"{base}/api/v1/summary")
        assert status == 200
        assert b'"title":"riverside"' in body
        assert b'"editable":false' in body
        assert _open(_browser(), link)[0] == 403
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        assert out == ""
        assert "Traceback" not in err
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_edit_allows_edits(folder: Path) -> None:
    with _served(folder, "--edit") as (link, _):
        browser = _browser()
        _open(browser, link)
        assert b'"editable":true' in _open(browser, f"{link.split('/login')[0]}/api/v1/session")[1]


@pytest.mark.parametrize("content", [None, b"", b"no database"])
def test_a_folder_that_is_no_result_is_said_in_one_line(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "state.sqlite").write_bytes(content)
    found = subprocess.run(_command(str(tmp_path)), capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert found.stdout == ""
    assert len(found.stderr.strip().splitlines()) == 1
    assert found.stderr.startswith("sightglass open: ")


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    found = subprocess.run(_command(str(tmp_path / "no")), capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert "no folder" in found.stderr


def test_wrong_usage_is_two(tmp_path: Path) -> None:
    for arguments in ((), (str(tmp_path), "--port", "70000"), (str(tmp_path), "--nonsense")):
        assert subprocess.run(_command(*arguments), capture_output=True, check=False).returncode == 2


def test_a_taken_port_is_said(folder: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        found = subprocess.run(
            _command(str(folder), "--port", port), capture_output=True, text=True, check=False, timeout=120
        )
    assert found.returncode == 1
    assert "Traceback" not in found.stderr


def test_a_read_only_folder_is_served(folder: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "readonly"
    shutil.copytree(folder, copy)
    for path in (*copy.iterdir(), copy):
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        with _served(copy) as (link, _):
            browser = _browser()
            _open(browser, link)
            assert _open(browser, f"{link.split('/login')[0]}/api/v1/devices")[0] == 200
    finally:
        copy.chmod(0o700)


def test_registering_the_command_imports_nothing_heavy() -> None:
    program = (
        "import sys, click; from sightglass.cli.open import register; register(click.Group());"
        "print([name for name in ('sqlalchemy', 'fastapi', 'duckdb', 'uvicorn') if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert found.stdout.strip() == "[]"
