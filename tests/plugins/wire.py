"""Captures for tests of plug-ins: TCP conversations and datagrams, written as pcap."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path

CLIENT, SERVER = "192.0.2.10", "192.0.2.20"


def mac_of(address: str) -> bytes:
    """A hardware address that follows from the IP address."""
    return b"\x02\x00" + IPv4Address(address).packed


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    total = sum(struct.unpack(f">{len(data) // 2}H", data[: len(data) & ~1]))
    total += data[-1] << 8 if len(data) & 1 else 0
    total = (total & 0xFFFF) + (total >> 16)
    return ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF


@dataclass
class Wire:
    """Frames in the order of time, a millisecond apart."""

    frames: list[bytes] = field(default_factory=list)
    _sequence: dict[tuple[str, int, str, int], int] = field(default_factory=dict)

    def _ip(self, src: str, dst: str, number: int, payload: bytes) -> None:
        source, target = IPv4Address(src).packed, IPv4Address(dst).packed
        head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0, 0, 64, number, 0, source, target)
        head = head[:10] + struct.pack(">H", checksum(head)) + head[12:]
        self.frames.append(mac_of(dst) + mac_of(src) + b"\x08\x00" + head + payload)

    def udp(self, src: str, src_port: int, dst: str, dst_port: int, data: bytes) -> None:
        """One datagram."""
        self._ip(src, dst, 17, struct.pack(">HHHH", src_port, dst_port, 8 + len(data), 0) + data)

    def raw(self, src: str, dst: str, ethertype: int, data: bytes) -> None:
        """One frame of another layer-3 protocol."""
        self.frames.append(mac_of(dst) + mac_of(src) + struct.pack(">H", ethertype) + data)

    def tcp(self, src: str, src_port: int, dst: str, dst_port: int, data: bytes, flags: int = 0x18) -> None:
        """One segment that follows the last of its direction."""
        own, other = (src, src_port, dst, dst_port), (dst, dst_port, src, src_port)
        sequence, acknowledged = self._sequence.get(own, 1000), self._sequence.get(other, 0)
        head = struct.pack(">HHIIBBHHH", src_port, dst_port, sequence, acknowledged, 0x50, flags, 8192, 0, 0)
        self._sequence[own] = sequence + len(data) + (1 if flags & 3 else 0)
        self._ip(src, dst, 6, head + data)

    def connect(self, src: str, src_port: int, dst: str, dst_port: int) -> None:
        """The handshake of a connection."""
        self.tcp(src, src_port, dst, dst_port, b"", 0x02)
        self.tcp(dst, dst_port, src, src_port, b"", 0x12)
        self.tcp(src, src_port, dst, dst_port, b"", 0x10)

    def write(self, path: Path) -> Path:
        """The frames as a pcap file."""
        out = bytearray(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for number, frame in enumerate(self.frames):
            second, milli = divmod(number, 1000)
            out += struct.pack("<IIII", 1_700_000_000 + second, milli * 1000, len(frame), len(frame)) + frame
        path.write_bytes(bytes(out))
        return path
