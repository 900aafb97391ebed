"""The examples of docs/plugins.md, installed, from capture to alert."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sightglass import engine
from sightglass.sensor.pipeline import Pipeline
from tests.plugins.traffic import SCALE_TALK, beacon_flow, scale, scale_flow
from tests.plugins.wire import CLIENT, SERVER, Wire


def decoded(path: Path, workers: int = 1, **options: Any) -> list[dict[str, Any]]:
    decoding = engine.decode([path], workers=workers, **options)
    lines = b""
    while (part := decoding.next()) is not None:
        lines += part
    assert decoding.warnings() == []
    return [json.loads(line) for line in lines.splitlines()]


@pytest.fixture
def plant(tmp_path: Path) -> Path:
    wire = Wire()
    scale_flow(wire)
    beacon_flow(wire)
    return wire.write(tmp_path / "plant.pcap")


def test_decode_shows_messages_and_fields(installed: Path, plant: Path) -> None:
    messages = decoded(plant)
    scales = [each for each in messages if each["protocol"] == "scale_link"]
    assert [each["function"] for each in scales] == [
        "read_identity", "read_identity", "read_weight", "read_weight", "read_weight", "read_weight",
        "set_preset", "set_preset", "set_zero", "set_zero",
    ]  # fmt: skip
    assert [each["kind"] for each in scales] == ["request", "response"] * 5
    weight = scales[3]
    assert (weight["frame"], weight["src"], weight["dst"]) == (7, f"{SERVER}:4305", f"{CLIENT}:50000")
    assert (weight["scale"], weight["weight_kg"], weight["stable"]) == (3, 12.5, True)
    assert (weight["code"], weight["category"]) == (ord("W"), "read")
    beacons = [each for each in messages if each["protocol"] == "beacon_telemetry"]
    assert [each["function"] for each in beacons] == [
        "announce", "sample", "sample", "sample", "sample", "set_interval", "acknowledge",
    ]  # fmt: skip
    assert beacons[1]["channels"] == [{"channel": 1, "value": 20.0}, {"channel": 2, "value": 101.5}]
    assert [each["frame"] for each in messages] == sorted(each["frame"] for each in messages)
    assert decoded(plant, protocols=["beacon_telemetry"]) == beacons


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_any_split_of_the_stream_gives_the_same_messages(installed: Path, tmp_path: Path, size: int) -> None:
    wire = Wire()
    wire.connect(CLIENT, 50_000, SERVER, 4305)
    for data, ends in (
        (b"".join(data for asks, data in SCALE_TALK if asks), (CLIENT, 50_000, SERVER, 4305)),
        (b"".join(data for asks, data in SCALE_TALK if not asks), (SERVER, 4305, CLIENT, 50_000)),
    ):
        for at in range(0, len(data), size):
            wire.tcp(*ends, data[at : at + size])
    messages = decoded(wire.write(tmp_path / "split.pcap"))
    assert [each["function"] for each in messages if each["kind"] == "request"] == [
        "read_identity", "read_weight", "read_weight", "set_preset", "set_zero",
    ]  # fmt: skip
    assert [each["weight_kg"] for each in messages if "weight_kg" in each] == [12.5, 13.75]


def test_content_decides_on_any_port_and_not_the_port(installed: Path, tmp_path: Path) -> None:
    wire = Wire()
    scale_flow(wire, port=7001)
    wire.connect(CLIENT, 50_001, SERVER, 4305)
    wire.tcp(CLIENT, 50_001, SERVER, 4305, b"\x02not a scale at all\x03zz")
    messages = decoded(wire.write(tmp_path / "ports.pcap"))
    assert {each["dst"] for each in messages if each["kind"] == "request"} == {f"{SERVER}:7001"}
    assert len(messages) == len(SCALE_TALK)


def test_out_of_spec_is_marked_and_kept(installed: Path, tmp_path: Path) -> None:
    wire = Wire()
    scale_flow(wire)
    bad = scale(3, "W")[:-1] + b"z"
    wire.tcp(CLIENT, 50_000, SERVER, 4305, bad)
    wire.tcp(CLIENT, 50_000, SERVER, 4305, scale(3, "Q", "7"))
    messages = decoded(wire.write(tmp_path / "bad.pcap"))
    assert messages[-2]["anomalies"] == ["bad_checksum"]
    assert messages[-1]["function"] == "unknown_0x51"
    assert messages[-1]["anomalies"] == ["unknown_function"]


def test_inventory_values_rules_and_statistics_know_the_protocols(installed: Path, plant: Path) -> None:
    result = Pipeline().run([plant])
    devices = {device.address: device for device in result.devices}
    station = devices["192.0.2.30"]
    assert (station.vendor, station.model, station.firmware, station.serial) == (
        "Halde Radio", "BX-2", "1.4.0", "0042",
    )  # fmt: skip
    assert "beacon_telemetry" in station.protocols
    terminal = devices[SERVER]
    assert "scale_link" in terminal.protocols
    told = {value.value for value in terminal.attributes if value.protocol == "scale_link"}
    assert {"Libra Works", "TX-40", "2.6.1", "SN-88123"} <= told
    values = {(each.protocol, each.object): each for each in result.values}
    weight = values["scale_link", "weight_kg"]
    assert (weight.last, weight.minimum, weight.changes) == ("13.75", "12.5", 1)
    assert values["beacon_telemetry", "channel 1"].maximum == "23"
    fired = {alert.detection: alert for alert in result.alerts}
    assert fired["scale-link-preset-changed"].evidence[0].frame == 10
    assert "beacon-telemetry-telemetry-silenced" in fired
    counts = result.summary.protocols["scale_link"]
    assert (counts.messages, counts.flows) == (len(SCALE_TALK), 1)
    assert counts.bytes == sum(len(data) for _, data in SCALE_TALK)
    plugin = result.summary.plugins["scale_link"]
    assert (plugin.claimed, plugin.bytes, plugin.package) == (
        1,
        counts.bytes,
        "sightglass-weighing-scale 1.0.0",
    )
    assert sum(plugin.faults.values()) == 0
    assert result.warnings == []


def test_python_detections_see_the_activities(installed: Path, plant: Path, tmp_path: Path) -> None:
    wire = Wire()
    scale_flow(wire, client="192.0.2.77")
    stranger = wire.write(tmp_path / "stranger.pcap")
    pipeline = Pipeline()
    pipeline.learn([plant])
    result = pipeline.run([stranger])
    alert = next(each for each in result.alerts if each.detection == "unauthorised-write")
    assert alert.protocol == "scale_link"


def test_one_worker_and_two_say_the_same(installed: Path, tmp_path: Path) -> None:
    wire = Wire()
    for number in range(1, 40):
        scale_flow(wire, f"198.51.100.{number}", f"203.0.113.{number}", client_port=40_000 + number)
        beacon_flow(wire, f"198.51.100.{100 + number}", samples=2)
    path = wire.write(tmp_path / "many.pcap")
    one, two = decoded(path), decoded(path, workers=2)
    assert one == two
    assert len(one) == 39 * (len(SCALE_TALK) + 5)
    assert Pipeline().run([path]) == Pipeline().run([path], workers=2)


def program(*arguments: str, site: Path | None) -> subprocess.CompletedProcess[str]:
    paths = [*([str(site)] if site else []), *filter(None, sys.path)]
    return subprocess.run(
        [sys.executable, "-m", "sightglass.cli.main", *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_program_finds_installed_packages(site: Path, plant: Path) -> None:
    lines = program("decode", str(plant), "--protocol", "scale_link", site=site)
    assert (lines.returncode, len(lines.stdout.splitlines())) == (0, len(SCALE_TALK))
    summary = json.loads(program("analyze", str(plant), "--format", "json", site=site).stdout)
    assert summary["plugins"]["beacon_telemetry"]["claimed"] == 1
    without = program("decode", str(plant), "--protocol", "scale_link", site=None)
    assert without.returncode == 2
    assert "scale_link" in without.stderr
    nothing = json.loads(program("analyze", str(plant), "--format", "json", site=None).stdout)
    assert nothing["plugins"] == {}
    assert {(each["transport"], each["port"]) for each in nothing["unknown"]} == {
        ("tcp", 4305),
        ("udp", 9330),
    }
