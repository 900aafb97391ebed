"""What is measured: captures of many devices, built once and kept under ``bench/data``.

With the generator that lies beside the repository, real conversations are replayed between invented devices; without
it, several plants of the lab are merged. Variants of a capture are written here.
"""

from __future__ import annotations

import heapq
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "bench" / "data"
SHARED = ROOT.parent / "shared"
GENERATOR = Path(os.environ.get("BENCH_GENERATOR", SHARED / "bench" / "make_bench.py"))
CAPTURES = Path(os.environ.get("SIGHTGLASS_CAPTURES", SHARED / "captures"))

HEAD = struct.Struct("<IHHiIII")
RECORD = struct.Struct("<IIII")
MAGIC = 0xA1B2C3D4
PLANT_PACKETS = 30_000
"""About what a plant of the lab writes in `PLANT_HOURS`."""
PLANT_HOURS = 0.22
LOST_AT_START = 4
"""Packets that the variant takes from the start of each conversation: handshake and first request."""

Frame = tuple[int, int, bytes]
"""Seconds, microseconds, bytes."""


def ot_mix(devices: int, packets: int) -> Path:
    """A plant's traffic with this many devices; without the generator the lab decides the number of devices."""
    DATA.mkdir(parents=True, exist_ok=True)
    if GENERATOR.is_file() and CAPTURES.is_dir():
        path = DATA / f"ot-mix-{devices}-{packets}.pcap"
        if not path.exists():
            working = path.with_suffix(".partial")
            command = [sys.executable, str(GENERATOR), "--input", str(CAPTURES), "--profile", "ot-mix"]
            command += ["--devices", str(devices), "--packets", str(packets), "--out", str(working)]
            subprocess.run(command, check=True, stdout=sys.stderr)
            working.rename(path)
        return path
    path = DATA / f"lab-{packets}.pcap"
    if not path.exists():
        _lab(path, max(2, packets // PLANT_PACKETS))
    return path


def is_generated() -> bool:
    """Whether the number of devices can be chosen."""
    return GENERATOR.is_file() and CAPTURES.is_dir()


def _lab(path: Path, plants: int) -> None:
    """Merge plants of several seeds by time."""
    from sightglass.lab import Scenario, write_lab

    parts = []
    for seed in range(1, plants + 1):
        part = DATA / f"plant-{seed}.pcap"
        write_lab(part, Scenario(seed=seed, hours=PLANT_HOURS))
        parts.append(part)
    write(path, heapq.merge(*(frames(part) for part in parts), key=lambda frame: frame[:2]))
    for part in parts:
        part.unlink()
        part.with_name(part.name + ".truth.json").unlink(missing_ok=True)


def frames(path: Path) -> Iterator[Frame]:
    """Frames of a little-endian microsecond pcap.

    Raises:
        ValueError: It is none.
    """
    data = path.read_bytes()
    if HEAD.unpack_from(data)[0] != MAGIC:
        raise ValueError(f"{path.name}: only little-endian microsecond pcap is rewritten")
    at = HEAD.size
    while at + RECORD.size <= len(data):
        seconds, micros, captured, _ = RECORD.unpack_from(data, at)
        at += RECORD.size
        yield seconds, micros, data[at : at + captured]
        at += captured


def write(path: Path, rows: Iterator[Frame]) -> None:
    """Write frames; the file appears under its name when it is complete."""
    working = path.with_suffix(".partial")
    with working.open("wb", buffering=1 << 20) as out:
        out.write(HEAD.pack(MAGIC, 2, 4, 0, 0, 262_144, 1))
        for seconds, micros, frame in rows:
            out.write(RECORD.pack(seconds, micros, len(frame), len(frame)) + frame)
    working.rename(path)


def changed(path: Path) -> Path:
    """The same traffic with other process values each time and every TCP conversation under way already.

    A product that remembers whole payloads, or needs handshakes, gets slower here or loses messages.
    """
    variant = path.with_name(f"{path.stem}-changed.pcap")
    if not variant.exists():
        write(variant, _changed(frames(path)))
    return variant


def _changed(rows: Iterator[Frame]) -> Iterator[Frame]:
    seen: dict[bytes, int] = {}
    counter = 0
    for seconds, micros, frame in rows:
        at = _tcp(frame)
        if at is None:
            yield seconds, micros, frame
            continue
        ip, tcp = at
        ends = frame[ip + 12 : ip + 20] + frame[tcp : tcp + 4]
        other = ends[4:8] + ends[:4] + ends[10:12] + ends[8:10]
        key = min(ends, other)
        count = seen[key] = seen.get(key, 0) + 1
        if count <= LOST_AT_START:
            continue
        end = ip + int.from_bytes(frame[ip + 2 : ip + 4], "big")
        if _is_reading(frame[tcp + (frame[tcp + 12] >> 4) * 4 : end], frame[tcp : tcp + 2]):
            counter += 1
            yield seconds, micros, _other_value(frame, tcp, end, counter & 0xFFFF)
        else:
            yield seconds, micros, frame


def _tcp(frame: bytes) -> tuple[int, int] | None:
    """Where IPv4 and TCP begin."""
    ip = 18 if frame[12:14] == b"\x81\x00" else 14
    if frame[ip - 2 : ip] != b"\x08\x00" or len(frame) < ip + 40 or frame[ip + 9] != 6:
        return None
    return ip, ip + (frame[ip] & 15) * 4


def _is_reading(payload: bytes, port: bytes) -> bool:
    """Whether a server's answer ends with process values: Modbus registers, S7 variables."""
    if port == b"\x01\xf6":
        return len(payload) >= 13 and payload[7] in {3, 4} and payload[8] == len(payload) - 9
    if port == b"\x00\x66":
        return len(payload) >= 29 and payload[7:9] == b"\x32\x03" and payload[19] == 4 and payload[21] == 0xFF
    return False


def _other_value(frame: bytes, tcp: int, end: int, value: int) -> bytes:
    """Replace the last aligned word of the payload, and mend the checksum (RFC 1624)."""
    at = end - 2 if (end - tcp) % 2 == 0 else end - 3
    old = int.from_bytes(frame[at : at + 2], "big")
    total = (~int.from_bytes(frame[tcp + 16 : tcp + 18], "big") & 0xFFFF) + (~old & 0xFFFF) + value
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    mended = bytearray(frame)
    mended[at : at + 2] = value.to_bytes(2, "big")
    mended[tcp + 16 : tcp + 18] = (~total & 0xFFFF).to_bytes(2, "big")
    return bytes(mended)
