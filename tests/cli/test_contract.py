"""What scripts rely on: exit codes, one clear line for each mistake, data on stdout and nothing else there."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sightglass.lab import Scenario, write_lab

PCAP_HEAD = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
COMMAND = [sys.executable, "-m", "sightglass.cli.main"]


def sightglass(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    """Run the program as a shell would."""
    result = subprocess.run(
        [*COMMAND, *map(str, arguments)], input=stdin, capture_output=True, timeout=120, check=False
    )
    return subprocess.CompletedProcess(
        result.args, result.returncode, result.stdout.decode(), result.stderr.decode()
    )


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three minutes of the lab's plant."""
    path = tmp_path_factory.mktemp("lab") / "plant.pcap"
    write_lab(path, Scenario(seed=31, hours=0.03))
    return path


@pytest.mark.parametrize("command", ["analyze", "decode"])
@pytest.mark.parametrize("mistake", ["missing", "empty folder", "text", "empty file"])
def test_a_capture_that_cannot_be_read_gives_one_line_and_exit_1(
    command: str, mistake: str, tmp_path: Path
) -> None:
    path = tmp_path / "plant.pcap"
    if mistake == "empty folder":
        path.mkdir()
    elif mistake == "text":
        path.write_text("This is no capture.\nIt is a letter.\n" * 50)
    elif mistake == "empty file":
        path.touch()
    result = sightglass(command, path)
    assert result.returncode == 1
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert "plant.pcap" in lines[0]
    assert "Traceback" not in lines[0]


def test_advisories_that_are_not_there_are_named(capture: Path, tmp_path: Path) -> None:
    missing = tmp_path / "advisories.zip"
    facts = tmp_path / "facts.jsonl"
    facts.write_text('{"device": "plc-1"}\n')
    for arguments in (["analyze", capture], ["match", facts]):
        result = sightglass(*arguments, "--advisories", missing)
        assert result.returncode == 1
        assert str(missing) in result.stderr
        assert len(result.stderr.splitlines()) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_capture_gives_one_line_and_exit_1(capture: Path, tmp_path: Path) -> None:
    path = tmp_path / "secret.pcap"
    path.write_bytes(capture.read_bytes())
    path.chmod(0)
    result = sightglass("analyze", path)
    assert result.returncode == 1
    assert "permission" in result.stderr.lower()
    assert len(result.stderr.splitlines()) == 1


def test_what_is_neither_file_nor_folder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "socket.pcap"
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(path))
        result = sightglass("analyze", path)
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["analyze"],
        ["analyze", "{capture}", "--format", "xml"],
        ["analyze", "{capture}", "--workers", "0"],
        ["analyze", "{capture}", "--filter", "tcp and ("],
        ["analyze", "{capture}", "--open"],
        ["analyze", "{capture}", "--nonsense"],
        ["decode", "{capture}", "--format", "xml"],
        ["decode", "{capture}", "--protocol", "nonsense"],
        ["rules", "list", "--format", "xml"],
        ["rules", "test", "nonsense"],
        ["nonsense"],
    ],
)
def test_wrong_usage_is_exit_2_and_says_why(arguments: list[str], capture: Path) -> None:
    result = sightglass(*(each.format(capture=capture) for each in arguments))
    assert result.returncode == 2, result.stderr
    assert result.stdout == ""
    assert result.stderr.strip()
    assert "Traceback" not in result.stderr


def test_a_wrong_filter_gives_one_line(capture: Path) -> None:
    result = sightglass("analyze", capture, "--filter", "tcp and (")
    assert len(result.stderr.splitlines()) == 1


def test_a_cut_capture_is_read_with_a_warning(capture: Path, tmp_path: Path) -> None:
    whole = sightglass("analyze", capture, "--format", "json")
    path = tmp_path / "cut.pcap"
    path.write_bytes(capture.read_bytes()[:-7])
    result = sightglass("analyze", path, "--format", "json")
    assert result.returncode == 0
    assert json.loads(result.stdout)["packets"] == json.loads(whole.stdout)["packets"] - 1
    assert "warning" in result.stderr
    assert "cut.pcap" in result.stderr


def test_a_valid_capture_without_packets_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "quiet.pcap"
    path.write_bytes(PCAP_HEAD)
    result = sightglass("analyze", path, "--format", "json")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["packets"] == 0


def test_the_json_summary_is_one_object_with_a_schema_version(capture: Path) -> None:
    summary = json.loads(sightglass("analyze", capture, "--format", "json").stdout)
    assert summary["schema_version"] == 1
    assert summary["packets"] > 1000
    assert summary["protocols"]["modbus"]["messages"] > 100
    assert summary["loss"]["panics"] == 0


def test_the_summary_says_nothing_of_when_and_where_it_was_made(capture: Path, tmp_path: Path) -> None:
    again = tmp_path / capture.name
    again.write_bytes(capture.read_bytes())
    first = sightglass("analyze", capture, "--format", "json")
    second = sightglass("analyze", again, "--format", "json", "--workers", "2")
    assert first.stdout == second.stdout


def test_the_result_folder_is_the_same_for_any_number_of_workers(capture: Path, tmp_path: Path) -> None:
    for workers in ("1", "2"):
        result = sightglass("analyze", capture, "--out", tmp_path / workers, "--workers", workers)
        assert result.returncode == 0, result.stderr
    names = sorted(path.name for path in (tmp_path / "1").glob("*.json*"))
    assert {"summary.json", "devices.jsonl", "connections.jsonl", "alerts.jsonl"} <= set(names)
    for name in names:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes(), name


def test_standard_input_is_a_capture_like_another(capture: Path) -> None:
    result = sightglass("analyze", "-", "--format", "json", stdin=capture.read_bytes())
    assert result.returncode == 0, result.stderr
    named = json.loads(sightglass("analyze", capture, "--format", "json").stdout)
    assert json.loads(result.stdout)["protocols"] == named["protocols"]


def test_a_filter_narrows_what_is_seen(capture: Path) -> None:
    # As in pcap-filter, an untagged expression does not look behind a VLAN tag.
    filtered = "tcp port 502 or (vlan and tcp port 502)"
    summary = json.loads(sightglass("analyze", capture, "--format", "json", "--filter", filtered).stdout)
    assert set(summary["protocols"]) == {"modbus"}


def test_decoding_gives_one_object_per_line_in_frame_order(capture: Path) -> None:
    result = sightglass("decode", capture, "--protocol", "modbus")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert rows
    assert {row["protocol"] for row in rows} == {"modbus"}
    assert [row["frame"] for row in rows] == sorted(row["frame"] for row in rows)
    assert {"time", "flow_id", "community_id", "src", "dst", "kind", "function", "code"} <= set(rows[0])


def test_a_reader_that_goes_away_is_no_error(capture: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "decode", str(capture)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        run.stdout.readline()
        run.stdout.close()
        told = run.stderr.read().decode()
        assert run.wait(60) == 0
    assert told == ""


def test_an_interrupt_keeps_what_was_found(tmp_path: Path) -> None:
    # Standard input that never ends: the program must be reading when the signal comes.
    path = tmp_path / "long.pcap"
    write_lab(path, Scenario(seed=32, hours=0.02))
    frames = path.read_bytes()[24:]
    out = tmp_path / "out"
    with subprocess.Popen(
        [*COMMAND, "analyze", "-", "--out", str(out)],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as run:
        assert run.stdin is not None
        run.stdin.write(PCAP_HEAD)
        for _ in range(60):
            run.stdin.write(frames)
        time.sleep(1)
        run.send_signal(signal.SIGINT)
        time.sleep(0.2)
        # The engine looks up between batches of frames: give it some, then the end.
        try:
            for _ in range(60):
                run.stdin.write(frames)
            run.stdin.close()
        except BrokenPipeError:
            pass
        _, told = run.communicate(timeout=120)
    assert run.returncode == 0, told
    assert b"stopped after" in told
    assert json.loads((out / "summary.json").read_text())["packets"] > 0
    assert (out / "devices.jsonl").read_text()


def test_rules_are_listed_with_what_they_say_of_themselves() -> None:
    rows = json.loads(sightglass("rules", "list", "--format", "json").stdout)
    assert len(rows) >= 12
    for row in rows:
        assert {"id", "title", "engine", "severity", "attack", "reference", "tests"} <= set(row)


def test_help_and_version_are_data() -> None:
    for arguments in (["--help"], ["analyze", "--help"], ["--version"]):
        result = sightglass(*arguments)
        assert result.returncode == 0
        assert result.stdout
        assert result.stderr == ""


def test_alerts_leave_their_packets_and_minutes_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "plant.pcap"
    write_lab(path, Scenario(seed=31, hours=0.1, attacks=("port-scan",)))
    found = []
    for workers in ("1", "2"):
        out = tmp_path / f"out{workers}"
        assert sightglass("analyze", path, "--out", out, "--intervals", "--workers", workers).returncode == 0
        alerts = [json.loads(line) for line in (out / "alerts.jsonl").read_text().splitlines()]
        packets = {file.name: file.read_bytes() for file in (out / "evidence").iterdir()}
        assert alerts
        assert set(packets) == {f"{alert['id']}.pcapng" for alert in alerts if alert["evidence"]}
        assert all(len(content) < 1_300_000 for content in packets.values())
        found.append(packets)
        decoded = sightglass("decode", next((out / "evidence").iterdir()))
        assert decoded.returncode == 0, decoded.stderr
    assert found[0] == found[1]
    rows = read_events(tmp_path / "out1" / "history", "flow")
    assert read_events(tmp_path / "out2" / "history", "flow") == rows
    totals: dict[int, int] = {}
    minutes: dict[int, int] = {}
    for event, flow_id, packets_client in rows:
        if event in {"final", "interval"}:
            counts = totals if event == "final" else minutes
            counts[flow_id] = counts.get(flow_id, 0) + packets_client
    assert minutes == totals
    assert sum(event == "interval" for event, *_ in rows) > len(totals), "some flows last for minutes"

    plain = tmp_path / "plain"
    assert sightglass("analyze", path, "--out", plain).returncode == 0
    assert not [row for row in read_events(plain / "history", "flow") if row[0] == "interval"]
    for name in ("alerts.jsonl", "devices.jsonl", "values.jsonl", "activities.jsonl"):
        assert (plain / name).read_bytes() == (tmp_path / "out1" / name).read_bytes()


def test_packets_of_an_earlier_run_do_not_stay(tmp_path: Path, capture: Path) -> None:
    out = tmp_path / "out"
    (out / "evidence").mkdir(parents=True)
    (out / "evidence" / "0123.pcapng").write_bytes(b"x")
    assert sightglass("analyze", capture, "--out", out).returncode == 0
    assert not (out / "evidence" / "0123.pcapng").exists()


def read_events(history: Path, kind: str) -> list[tuple[str, int, int]]:
    """Event, flow and its client's packets of every row."""
    import duckdb

    files = [file for file in history.rglob("*.parquet") if kind in file.parts or kind in file.parent.name]
    assert files
    query = f"select event, flow_id, packets_client from read_parquet({[str(file) for file in files]}) order by all"
    return [(str(a), int(b), int(c)) for a, b, c in duckdb.sql(query).fetchall()]
