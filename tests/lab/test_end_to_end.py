"""The product finds in the lab's captures what the lab put there, with plants that nobody has seen before."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from sightglass.lab import Scenario, write_lab

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("sightglass._engine", reason="the engine is not built")
ATTACKS = ("port-scan", "unauthorised-programming", "unauthorised-connection", "plc-stop")
HOURS = 0.15


@pytest.fixture(scope="module", params=range(3))
def seed() -> int:
    """A fresh seed; it is printed when a test fails."""
    return secrets.randbelow(1 << 40)


@pytest.fixture(scope="module")
def baseline(seed: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A benign stretch to learn from."""
    path = tmp_path_factory.mktemp("lab") / "benign.pcap"
    write_lab(path, Scenario(seed, HOURS))
    return path


def analyze(capture: Path, learn: Path, out: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Summary and alerts of a capture."""
    command = [sys.executable, "-m", "sightglass.cli.main", "analyze", str(capture)]
    command += ["--learn", str(learn), "--out", str(out)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    alerts = [json.loads(line) for line in (out / "alerts.jsonl").read_text().splitlines()]
    return json.loads((out / "summary.json").read_text()), alerts


def test_each_attack_raises_its_alerts(seed: int, baseline: Path, tmp_path: Path) -> None:
    capture = tmp_path / "attack.pcapng"
    truth = write_lab(capture, Scenario(seed, HOURS, 1, ATTACKS))
    _, alerts = analyze(capture, baseline, tmp_path / "out")
    for attack in truth["attacks"]:
        span = range(attack["first_frame"], attack["last_frame"] + 1)
        raised = {
            alert["detection"]
            for alert in alerts
            if alert["source_address"] in (attack["source"]["ip"], attack["source"]["mac"])
            if any(evidence["frame"] in span for evidence in alert["evidence"])
        }
        assert set(attack["expected"]) <= raised, (
            seed,
            attack["name"],
            attack["summary"],
            attack["protocols"],
        )


def test_another_benign_stretch_raises_none(seed: int, baseline: Path, tmp_path: Path) -> None:
    capture = tmp_path / "benign.pcapng"
    write_lab(capture, Scenario(seed, HOURS * 1.3, 2))
    _, alerts = analyze(capture, baseline, tmp_path / "out")
    assert [(alert["detection"], alert["summary"]) for alert in alerts] == [], seed


@pytest.fixture(scope="module")
def counted(
    seed: int, baseline: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Truth and summary of one attacked stretch."""
    folder = tmp_path_factory.mktemp("counted")
    truth = write_lab(folder / "attack.pcap", Scenario(seed, HOURS, 3, ATTACKS))
    return truth, analyze(folder / "attack.pcap", baseline, folder / "out")[0]


@pytest.mark.parametrize("protocol", ["modbus", "s7comm", "enip", "cip", "dnp3", "bacnet", "profinet_dcp"])
def test_every_industrial_message_is_counted(
    seed: int, counted: tuple[dict[str, Any], dict[str, Any]], protocol: str
) -> None:
    truth, summary = counted
    written = {
        function: entry["requests"] + entry["responses"] + entry["events"]
        for function, entry in truth["messages"][protocol].items()
    }
    functions = dict(summary["protocols"].get(protocol, {}).get("functions", {}))
    # Frames of DNP3 that do not complete an application fragment are messages of the link layer alone.
    functions.pop("unconfirmed_user_data", None)
    assert functions == written, seed
