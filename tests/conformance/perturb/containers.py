"""Changes the packets of a capture file where they stand: pcap 2.4 and pcapng 1.0.

Spec: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng. A packet keeps its length, so everything around it stays.
"""

from __future__ import annotations

import gzip
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PCAP = {
    b"\xd4\xc3\xb2\xa1": ("<", 10**6),
    b"\xa1\xb2\xc3\xd4": (">", 10**6),
    b"\x4d\x3c\xb2\xa1": ("<", 10**9),
    b"\xa1\xb2\x3c\x4d": (">", 10**9),
}
SECTION, INTERFACE, OBSOLETE_PACKET, SIMPLE_PACKET, PACKET = 0x0A0D0D0A, 1, 2, 3, 6
BYTE_ORDER_MAGIC = 0x1A2B3C4D
IF_TSRESOL = 9
DAY_S = 86_400


@dataclass(slots=True)
class Clock:
    """Shifts times, and stretches what has passed since the first one."""

    shift_s: int = 40 * DAY_S
    stretch_per_million: int = 700
    first: int | None = None

    def moved(self, ticks: int, per_s: int) -> int:
        """Another time, in the same unit."""
        if self.first is None:
            self.first = ticks
        passed = ticks - self.first
        return ticks + self.shift_s * per_s + passed * self.stretch_per_million // 1_000_000


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a packet's bytes stand in the file."""

    link: int
    start: int
    end: int


def load(path: Path) -> bytearray:
    """The file's bytes, unpacked."""
    data = path.read_bytes()
    return bytearray(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)


def frames(data: bytearray) -> Iterator[Frame]:
    """Every whole packet, in the order of the file.

    Raises:
        ValueError: The file is neither pcap nor pcapng.
    """
    for frame, _ in _packets(data):
        yield frame


def move_times(data: bytearray, clock: Clock) -> None:
    """Moves the time stamp of every packet.

    Raises:
        ValueError: The file is neither pcap nor pcapng.
    """
    for _, stamp in _packets(data):
        if stamp is not None:
            stamp.move(data, clock)


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where a time stamp stands, and how it is written."""

    at: int
    order: str
    per_s: int
    split: bool
    """Seconds and fraction, else the high and the low half of one number."""

    def move(self, data: bytearray, clock: Clock) -> None:
        """Write the moved time."""
        high, low = struct.unpack_from(f"{self.order}II", data, self.at)
        ticks = high * self.per_s + low if self.split else high << 32 | low
        ticks = clock.moved(ticks, self.per_s)
        halves = divmod(ticks, self.per_s) if self.split else (ticks >> 32, ticks & 0xFFFF_FFFF)
        if all(0 <= half < 1 << 32 for half in halves):
            struct.pack_into(f"{self.order}II", data, self.at, *halves)


def _packets(data: bytearray) -> Iterator[tuple[Frame, Stamp | None]]:
    magic = bytes(data[:4])
    if magic in PCAP:
        yield from _pcap(data, *PCAP[magic])
    elif magic == SECTION.to_bytes(4, "big"):
        yield from _pcapng(data)
    else:
        raise ValueError(f"neither pcap nor pcapng: {magic.hex()}")


def _pcap(data: bytearray, order: str, per_s: int) -> Iterator[tuple[Frame, Stamp]]:
    link = struct.unpack_from(f"{order}I", data, 20)[0] & 0xFFFF
    at = 24
    while at + 16 <= len(data):
        length = struct.unpack_from(f"{order}I", data, at + 8)[0]
        if at + 16 + length > len(data):
            return
        yield Frame(link, at + 16, at + 16 + length), Stamp(at, order, per_s, split=True)
        at += 16 + length


def _pcapng(data: bytearray) -> Iterator[tuple[Frame, Stamp | None]]:
    order = "<"
    interfaces: list[tuple[int, int]] = []
    at = 0
    while at + 12 <= len(data):
        kind = struct.unpack_from(f"{order}I", data, at)[0]
        if kind == SECTION:
            order = "<" if struct.unpack_from("<I", data, at + 8)[0] == BYTE_ORDER_MAGIC else ">"
            interfaces = []
        length = struct.unpack_from(f"{order}I", data, at + 4)[0]
        if length < 12 or at + length > len(data):
            return
        if kind == INTERFACE:
            link = struct.unpack_from(f"{order}H", data, at + 8)[0]
            interfaces.append((link, _resolution(data, order, at + 16, at + length - 4)))
        elif kind in {PACKET, OBSOLETE_PACKET}:
            form = "I" if kind == PACKET else "H"
            interface, captured = (
                struct.unpack_from(f"{order}{form}", data, at + 8)[0],
                struct.unpack_from(f"{order}I", data, at + 20)[0],
            )
            if interface < len(interfaces) and captured <= length - 32:
                link, per_s = interfaces[interface]
                yield Frame(link, at + 28, at + 28 + captured), Stamp(at + 12, order, per_s, split=False)
        elif kind == SIMPLE_PACKET and interfaces:
            captured = min(struct.unpack_from(f"{order}I", data, at + 8)[0], length - 16)
            yield Frame(interfaces[0][0], at + 12, at + 12 + captured), None
        at += length


def _resolution(data: bytearray, order: str, at: int, end: int) -> int:
    """Ticks in a second, as the interface's options say."""
    while at + 4 <= end:
        code, length = struct.unpack_from(f"{order}HH", data, at)
        if code == IF_TSRESOL and length == 1:
            exponent = data[at + 4]
            return 1 << (exponent & 0x7F) if exponent & 0x80 else int(10**exponent)
        if code == 0:
            break
        at += 4 + length + -length % 4
    return 10**6
