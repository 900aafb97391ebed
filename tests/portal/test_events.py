"""Raw events through the API."""

from __future__ import annotations

from pathlib import Path

import pytest

from sightglass.history.writer import HistoryWriter
from sightglass.portal.app import PREFIX
from tests.history.test_history import table
from tests.portal.conftest import Connect


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Ten writes between two devices of the sample plant."""
    rows = [
        {
            "ts_ns": 1_000_000_000 + n,
            "frame": n,
            "client_ip": "10.20.10.12",
            "server_ip": f"10.20.3.{11 + n % 2}",
        }
        for n in range(10)
    ]
    with HistoryWriter(tmp_path / "history") as writer:
        writer.append("occurrence", table(rows), 1)
    return tmp_path / "history"


def test_events_come_in_pages(connect: Connect, history: Path) -> None:
    client = connect(history=history)
    first = client.get(f"{PREFIX}/events", params={"limit": 6}).json()
    assert [row["frame"] for row in first["items"]] == [9, 8, 7, 6, 5, 4]
    assert (first["next"], first["total"]) == (6, 10)
    assert first["items"][0]["time"] == "1970-01-01T00:00:01.000000009Z"
    rest = client.get(f"{PREFIX}/events", params={"limit": 6, "offset": first["next"]}).json()
    assert [row["frame"] for row in rest["items"]] == [3, 2, 1, 0]
    assert rest["next"] is None


def test_events_of_a_device_are_those_of_its_addresses(connect: Connect, history: Path) -> None:
    client = connect(history=history)
    (device,) = client.get(f"{PREFIX}/devices", params={"q": "UTILITY-02-PLC"}).json()["items"]
    found = client.get(f"{PREFIX}/events", params={"device": device["id"]}).json()
    assert {row["server_ip"] for row in found["items"]} == {"10.20.3.12"}
    assert client.get(f"{PREFIX}/events", params={"device": "none"}).status_code == 404


def test_times_narrow_events(connect: Connect, history: Path) -> None:
    client = connect(history=history)
    since = {"since": "1970-01-01T00:00:01.000000008Z"}
    assert len(client.get(f"{PREFIX}/events", params=since).json()["items"]) == 2
    assert client.get(f"{PREFIX}/events", params={"until": "yesterday"}).status_code == 422
    assert client.get(f"{PREFIX}/events", params={"kind": "../state"}).status_code == 422


def test_numbers_that_json_cannot_hold_are_null(connect: Connect, tmp_path: Path) -> None:
    from arro3.core import Array, DataType, Table

    numbers = {name: Array([1, 2], DataType.int64()) for name in ("ts_ns", "frame", "source")}
    last = Array([float("nan"), float("inf")], DataType.float64())
    with HistoryWriter(tmp_path / "h") as writer:
        writer.append("value", Table.from_pydict({**numbers, "last": last}), 1)
    answer = connect(history=tmp_path / "h").get(f"{PREFIX}/events", params={"kind": "value"})
    assert answer.status_code == 200
    assert [row["last"] for row in answer.json()["items"]] == [None, None]
