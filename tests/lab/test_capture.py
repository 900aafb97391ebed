"""The lab's captures hold together: checksums, sequences, truth."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from sightglass.lab import ATTACKS, Scenario, truth_path, write_lab
from tests.lab.captures import Frame, ip_packets, read_pcap, read_pcapng, words

if TYPE_CHECKING:
    from pathlib import Path

SEEDS = (3, 11, 2026)
ALL_ATTACKS = tuple(sorted(ATTACKS))


@pytest.fixture(scope="module", params=SEEDS)
def plant(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Any]]:
    """A short capture with every attack, and its truth as it stands in the file."""
    path = tmp_path_factory.mktemp("lab") / f"plant{request.param}.pcap"
    write_lab(path, Scenario(request.param, 0.06, attacks=ALL_ATTACKS))
    return path, json.loads(truth_path(path).read_text())


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    for name in ("one.pcap", "two.pcap"):
        write_lab(tmp_path / name, Scenario(5, 0.05, attacks=("plc-stop",)))
    assert (tmp_path / "one.pcap").read_bytes() == (tmp_path / "two.pcap").read_bytes()
    assert truth_path(tmp_path / "one.pcap").read_bytes() == truth_path(tmp_path / "two.pcap").read_bytes()


def test_another_seed_is_another_plant(tmp_path: Path) -> None:
    first = write_lab(tmp_path / "one.pcap", Scenario(5, 0.02))
    second = write_lab(tmp_path / "two.pcap", Scenario(6, 0.02))
    assert {device["mac"] for device in first["devices"]}.isdisjoint(d["mac"] for d in second["devices"])
    assert {device["ip"] for device in first["devices"]} != {device["ip"] for device in second["devices"]}


def test_both_formats_hold_the_same_frames(tmp_path: Path) -> None:
    for name in ("one.pcap", "one.pcapng"):
        write_lab(tmp_path / name, Scenario(8, 0.02))
    classic, modern = list(read_pcap(tmp_path / "one.pcap")), list(read_pcapng(tmp_path / "one.pcapng"))
    assert classic == modern
    assert len(classic) > 500


def test_time_only_moves_forward(plant: tuple[Path, dict[str, Any]]) -> None:
    frames = list(read_pcap(plant[0]))
    assert all(first.ts_ns < second.ts_ns for first, second in pairwise(frames))
    assert len(frames) == plant[1]["frames"]
    assert all(len(frame.data) >= 60 for frame in frames)


def test_all_checksums_are_right(plant: tuple[Path, dict[str, Any]]) -> None:
    seen: Counter[int] = Counter()
    for packet in ip_packets(read_pcap(plant[0])):
        seen[packet.protocol] += 1
        assert words(packet.header) == 0xFFFF, packet.frame.number
        if packet.protocol in (6, 17):
            pseudo = packet.source + packet.target + struct.pack("!HH", packet.protocol, len(packet.payload))
            assert words(pseudo + packet.payload) == 0xFFFF, packet.frame.number
        elif packet.protocol == 1:
            assert words(packet.payload) == 0xFFFF, packet.frame.number
    assert seen[6] > 1000
    assert seen[17]


def test_tcp_sequences_have_no_gaps(plant: tuple[Path, dict[str, Any]]) -> None:
    expected: dict[tuple[bytes, ...], int] = {}
    repeated = 0
    for packet in ip_packets(read_pcap(plant[0])):
        if packet.protocol != 6:
            continue
        source_port, target_port = packet.payload[:2], packet.payload[2:4]
        sequence, acknowledged = struct.unpack_from("!II", packet.payload, 4)
        size, flags = (packet.payload[12] >> 4) * 4, packet.payload[13]
        key = (packet.source, source_port, packet.target, target_port)
        back = (packet.target, target_port, packet.source, source_port)
        data = len(packet.payload) - size
        if flags & 2:
            expected[key] = sequence
        if flags & 4 and key not in expected:
            expected[key] = sequence
        behind = (expected[key] - sequence) & 0xFFFFFFFF
        if behind == 1 and data == 0:
            continue  # keep-alive
        if behind and behind == data:
            repeated += 1
            continue
        assert behind == 0, packet.frame.number
        if flags & 16 and back in expected:
            assert acknowledged == expected[back] or not flags & 2, packet.frame.number
            assert (expected[back] - acknowledged) & 0xFFFFFFFF < 1 << 20, packet.frame.number
        expected[key] = (sequence + data + bool(flags & 1) + bool(flags & 2)) & 0xFFFFFFFF
    assert repeated == plant[1]["tcp"]["retransmissions"]


def test_attack_ranges_hold_the_attackers_frames(plant: tuple[Path, dict[str, Any]]) -> None:
    frames = list(read_pcap(plant[0]))
    assert {attack["name"] for attack in plant[1]["attacks"]} == set(ALL_ATTACKS)
    for attack in plant[1]["attacks"]:
        assert attack["finished"], attack["name"]
        assert attack["expected"]
        source = bytes.fromhex(attack["source"]["mac"].replace(":", ""))
        first, last = attack["first_frame"], attack["last_frame"]
        for number, time in ((first, attack["first_time"]), (last, attack["last_time"])):
            frame = frames[number - 1]
            assert source in (frame.data[:6], frame.data[6:12]), attack["name"]
            assert f"{frame.ts_ns % 1_000_000_000:09d}Z" == time[-10:]
        own = [frame for frame in frames[first - 1 : last] if source in (frame.data[:6], frame.data[6:12])]
        assert len(own) >= attack["frames"] > 0
        if attack["source"]["new_device"]:
            assert not any(source == frame.data[6:12] for frame in frames[: first - 1])


def _conversations(frames: list[Frame]) -> dict[tuple[bytes, bytes], int]:
    pairs: dict[tuple[bytes, bytes], int] = defaultdict(int)
    for packet in ip_packets(iter(frames)):
        pairs[packet.source, packet.target] += 1
    return pairs


def test_two_benign_runs_hold_the_same_acts(tmp_path: Path) -> None:
    for seed in SEEDS:
        runs = []
        for run in (0, 1):
            path = tmp_path / f"{seed}-{run}.pcap"
            truth = write_lab(path, Scenario(seed, 0.08, run))
            keys = ("client", "server", "protocol", "function")
            functions = {tuple(entry[key] for key in keys) for entry in truth["activities"]}
            assert len(functions) > 100
            frames = list(read_pcap(path))
            macs = {frame.data[6:12] for frame in frames}
            runs.append((functions, set(_conversations(frames)), macs, [d["mac"] for d in truth["devices"]]))
        assert runs[0] == runs[1]


def test_runs_differ_in_moments(tmp_path: Path) -> None:
    for run in (0, 1):
        write_lab(tmp_path / f"{run}.pcap", Scenario(4, 0.02, run))
    assert (tmp_path / "0.pcap").read_bytes() != (tmp_path / "1.pcap").read_bytes()


def _tshark(path: Path, *arguments: str) -> list[str]:
    command = ["tshark", "-r", str(path), *arguments]
    for protocol in ("ip", "tcp", "udp"):
        command += ["-o", f"{protocol}.check_checksum:TRUE"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


needs_tshark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


@needs_tshark
def test_tshark_finds_nothing_malformed(plant: tuple[Path, dict[str, Any]]) -> None:
    bad = "_ws.malformed or tcp.checksum.status==0 or ip.checksum.status==0 or udp.checksum.status==0"
    bad += " or tcp.analysis.lost_segment or tcp.analysis.out_of_order or tcp.analysis.ack_lost_segment"
    assert _tshark(plant[0], "-Y", bad) == []
    again = _tshark(plant[0], "-Y", "tcp.analysis.retransmission and not icmp")
    assert len(again) == plant[1]["tcp"]["retransmissions"]
