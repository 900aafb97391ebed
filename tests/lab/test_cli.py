"""``sightglass lab`` as a user types it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from sightglass.cli.lab import register
from sightglass.lab import ATTACKS, truth_path

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def app() -> click.Group:
    program = click.Group()
    register(program)
    return program


def run(app: click.Group, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["lab", *arguments])
    return result.exit_code, result.output


def test_write_leaves_capture_and_truth(app: click.Group, tmp_path: Path) -> None:
    path = tmp_path / "plant.pcapng"
    code, output = run(
        app, "write", str(path), "--seed", "9", "--hours", "0.05", "--attack", "plc-stop", "port-scan"
    )
    assert code == 0, output
    truth = json.loads(truth_path(path).read_text())
    assert [attack["name"] for attack in truth["attacks"]] == ["plc-stop", "port-scan"]
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["plant.pcapng", "plant.pcapng.truth.json"]


def test_none_is_benign_and_all_is_everything(app: click.Group, tmp_path: Path) -> None:
    for word, count in (("none", 0), ("all", len(ATTACKS))):
        path = tmp_path / f"{word}.pcap"
        assert run(app, "write", str(path), "--hours", "0.04", "--attack", word)[0] == 0
        assert len(json.loads(truth_path(path).read_text())["attacks"]) == count


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["x.pcap", "--attack", "plc-melt"], 2, "unknown attack"),
        (["x.pcap", "--attack", "plc-stop", "--attack", "plc-stop"], 2, "named twice"),
        (["x.pcap", "--attack", "none", "--attack", "plc-stop"], 2, "'none'"),
        (["x.pcap", "--hours", "0"], 2, "hours"),
        (["x.pcap", "--hours", "nan"], 2, "hours"),
        (["x.pcap", "--run", "-1"], 2, "run"),
        (["x.txt", "--hours", "0.02"], 2, ".pcapng"),
        (["missing/x.pcap", "--hours", "0.02"], 1, "cannot write"),
    ],
)
def test_misuse_gets_one_line(
    app: click.Group,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int,
    text: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    got, output = run(app, "write", *arguments)
    assert got == code
    assert text in output
    assert len(output.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_attacks_are_listed(app: click.Group) -> None:
    code, output = run(app, "attacks", "--format", "json")
    assert code == 0
    listed = json.loads(output)
    assert [entry["name"] for entry in listed] == sorted(ATTACKS)
    assert all(entry["expected"] and entry["summary"] for entry in listed)
    assert "plc-stop" in run(app, "attacks")[1]
    assert run(app, "attacks", "--format", "xml")[0] == 2
