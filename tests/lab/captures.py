"""A small reader for the lab's own captures, independent of what wrote them."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a capture; ``number`` counts from 1."""

    number: int
    ts_ns: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Ip:
    """An IPv4 packet inside a frame."""

    frame: Frame
    vlan: int | None
    header: bytes
    payload: bytes

    @property
    def protocol(self) -> int:
        return self.header[9]

    @property
    def source(self) -> bytes:
        return self.header[12:16]

    @property
    def target(self) -> bytes:
        return self.header[16:20]


def read_pcap(path: Path) -> Iterator[Frame]:
    """Frames of a little-endian microsecond pcap."""
    data = path.read_bytes()
    assert struct.unpack_from("<I", data)[0] == 0xA1B2C3D4
    offset, number = 24, 0
    while offset < len(data):
        ts_s, ts_us, captured, original = struct.unpack_from("<IIII", data, offset)
        assert captured == original
        offset += 16
        number += 1
        yield Frame(number, ts_s * 1_000_000_000 + ts_us * 1000, data[offset : offset + captured])
        offset += captured


def read_pcapng(path: Path) -> Iterator[Frame]:
    """Frames of the enhanced packet blocks of a little-endian pcapng with nanosecond stamps."""
    data = path.read_bytes()
    offset, number = 0, 0
    while offset < len(data):
        kind, length = struct.unpack_from("<II", data, offset)
        assert length % 4 == 0
        assert struct.unpack_from("<I", data, offset + length - 4)[0] == length
        if kind == 6:
            _, high, low, captured, _ = struct.unpack_from("<IIIII", data, offset + 8)
            number += 1
            start = offset + 28
            yield Frame(number, high << 32 | low, data[start : start + captured])
        offset += length


def ip_packets(frames: Iterator[Frame]) -> Iterator[Ip]:
    """IPv4 packets with the Ethernet padding cut off."""
    for frame in frames:
        offset, vlan = 12, None
        if frame.data[offset : offset + 2] == b"\x81\x00":
            vlan = int.from_bytes(frame.data[14:16], "big") & 0xFFF
            offset = 16
        if frame.data[offset : offset + 2] != b"\x08\x00":
            continue
        packet = frame.data[offset + 2 :]
        packet = packet[: int.from_bytes(packet[2:4], "big")]
        size = (packet[0] & 15) * 4
        yield Ip(frame, vlan, packet[:size], packet[size:])


def words(data: bytes) -> int:
    """Folded sum of 16-bit words; 0xffff over data whose checksum is right."""
    total = 0
    padded = data + b"\0" if len(data) & 1 else data
    for (word,) in struct.iter_unpack("!H", padded):
        total += word
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total
