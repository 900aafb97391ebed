"""Capture files, written frame by frame: pcap 2.4 and pcapng 1.0, Ethernet link type.

Spec: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from pathlib import Path

LINKTYPE_ETHERNET = 1
SNAP_LENGTH = 262_144
END_OF_OPTIONS = bytes(4)


class CaptureWriter(Protocol):
    """What the network needs of a capture file."""

    def write(self, ts_ns: int, frame: bytes) -> None:
        """Append one frame, stamped in Unix nanoseconds."""


class PcapWriter:
    """Classic pcap, little endian, microsecond stamps."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, SNAP_LENGTH, LINKTYPE_ETHERNET))

    def write(self, ts_ns: int, frame: bytes) -> None:
        """Append one frame; the stamp is cut to microseconds."""
        ts_s, rest_ns = divmod(ts_ns, 1_000_000_000)
        length = len(frame)
        self._out.write(struct.pack("<IIII", ts_s, rest_ns // 1000, length, length) + frame)


class PcapngWriter:
    """pcapng with one section and one interface, nanosecond stamps."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._block(
            0x0A0D0D0A,
            struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + _option(4, b"sightglass lab") + END_OF_OPTIONS,
        )
        interface = struct.pack("<HHI", LINKTYPE_ETHERNET, 0, SNAP_LENGTH)
        self._block(1, interface + _option(2, b"mirror0") + _option(9, b"\x09") + END_OF_OPTIONS)

    def write(self, ts_ns: int, frame: bytes) -> None:
        """Append one enhanced packet block."""
        length = len(frame)
        body = struct.pack("<IIIII", 0, ts_ns >> 32, ts_ns & 0xFFFFFFFF, length, length)
        self._block(6, body + frame + bytes(-length % 4))

    def _block(self, kind: int, body: bytes) -> None:
        total = struct.pack("<I", len(body) + 12)
        self._out.write(struct.pack("<I", kind) + total + body + total)


def _option(code: int, value: bytes) -> bytes:
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


def writer_for(path: Path, out: BinaryIO) -> CaptureWriter:
    """Choose the format by the file's extension.

    Raises:
        ValueError: The extension is neither ``.pcap`` nor ``.pcapng``.
    """
    suffix = path.suffix.lower()
    if suffix == ".pcapng":
        return PcapngWriter(out)
    if suffix == ".pcap":
        return PcapWriter(out)
    message = f"{path.name}: the lab writes .pcap and .pcapng; name the file accordingly"
    raise ValueError(message)
