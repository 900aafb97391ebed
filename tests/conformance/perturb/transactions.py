"""Changes transaction numbers where a stream or datagram holds them at known places.

Modbus, EtherNet/IP, DNP3, S7comm, ADS and HART-IP over TCP; BACnet, FINS, HART-IP, EtherNet/IP, DNP3, Modbus and CoAP
over UDP. Requests and answers change alike. A stream is followed over its segments, and a repeated byte is changed as
it was the first time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.conformance.perturb import checksums

KEY = bytes((0x35, 0x5A, 0x13, 0x27, 0x41, 0x0B, 0x62, 0x7E))
Change = tuple[int, bytes]
"""Offset in the unit, new bytes."""
Unit = tuple[int, list[Change]]
"""Length in bytes, what changes."""
Reader = Callable[[bytes], "Unit | None"]
"""The unit that begins here; none when it is no unit of this protocol or its head is not whole."""


def _crossed(data: bytes, at: int, length: int) -> list[Change]:
    old = data[at : at + length]
    return [(at, bytes(a ^ b for a, b in zip(old, KEY, strict=False)))] if len(old) == length else []


def modbus(data: bytes) -> Unit | None:
    """MBAP header."""
    if len(data) < 8 or data[2:4] != b"\0\0":
        return None
    length = int.from_bytes(data[4:6], "big")
    return (6 + length, _crossed(data, 0, 2)) if 2 <= length <= 254 else None


def enip(data: bytes) -> Unit | None:
    """Encapsulation header: the sender's context. List commands keep it: a discovery's answer may be shorter."""
    if len(data) < 24 or data[1] or data[0] not in {0x65, 0x66, 0x6F, 0x70}:
        return None
    length = 24 + int.from_bytes(data[2:4], "little")
    return length, _crossed(data, 12, 8) if data[0] == 0x6F else []


def dnp3(data: bytes) -> Unit | None:
    """Link frame: the application's sequence number in a first segment, and the CRC of its block."""
    if len(data) < 10 or data[:2] != b"\x05\x64" or data[2] < 5:
        return None
    user = data[2] - 5
    length = 10 + user + (user + 15) // 16 * 2
    size = min(user, 16)
    block = data[10 : 10 + size]
    if size < 3 or data[10 + size : 12 + size] != checksums.dnp(block) or not block[0] & 0x40:
        return length, []
    control = block[1] & 0xF0 | (block[1] + 5) & 0x0F
    block = block[:1] + bytes((control,)) + block[2:]
    return length, [(10, block + checksums.dnp(block))]


def s7comm(data: bytes) -> Unit | None:
    """TPKT, COTP data that ends a message, S7comm: the PDU reference."""
    if len(data) < 17 or data[:2] != b"\x03\0":
        return None
    length = int.from_bytes(data[2:4], "big")
    whole = data[4:7] == b"\x02\xf0\x80" and data[7] == 0x32 and data[8] in {1, 2, 3, 7}
    return (length, _crossed(data, 11, 2) if whole else []) if length >= 7 else None


def ads(data: bytes) -> Unit | None:
    """AMS/TCP header: the invoke id."""
    if len(data) < 38 or data[:2] != b"\0\0":
        return None
    length = int.from_bytes(data[2:6], "little")
    return (6 + length, _crossed(data, 34, 4)) if 32 <= length < 1 << 20 else None


def hart_ip(data: bytes) -> Unit | None:
    """HART-IP header: the sequence number."""
    if len(data) < 8 or data[0] not in {1, 2} or data[1] > 15 or data[2] > 5:
        return None
    length = int.from_bytes(data[6:8], "big")
    return (length, _crossed(data, 4, 2)) if length >= 8 else None


def bacnet(data: bytes) -> Unit | None:
    """BVLC, NPDU, APDU: the invoke id."""
    if len(data) < 6 or data[0] != 0x81:
        return None
    at = 4 + (6 if data[1] == 0x04 else 0)
    if data[1] not in {0x04, 0x09, 0x0A, 0x0B} or data[at : at + 1] != b"\x01":
        return None
    control = data[at + 1 : at + 2]
    if not control or control[0] & 0x80:
        return len(data), []
    at += 2
    for bit in (0x20, 0x08):
        if control[0] & bit:
            at += 3 + (data[at + 2] if at + 2 < len(data) else 0)
    at += bool(control[0] & 0x20)
    kind = data[at] >> 4 if at < len(data) else 1
    if kind == 1:
        return len(data), []
    return len(data), _crossed(data, at + (2 if kind == 0 else 1), 1)


def fins(data: bytes) -> Unit | None:
    """FINS header in a datagram: the service id."""
    if len(data) < 12 or data[0] & 0x82 != 0x80 or data[1] or data[2] > 7:
        return None
    return len(data), _crossed(data, 9, 1)


def coap(data: bytes) -> Unit | None:
    """Header: the message id."""
    if len(data) < 4 or data[0] >> 6 != 1 or data[0] & 0x0F > 8:
        return None
    return len(data), _crossed(data, 2, 2)


TCP_READERS: dict[int, Reader] = {
    502: modbus, 44818: enip, 20000: dnp3, 102: s7comm, 48898: ads, 5094: hart_ip,
}  # fmt: skip
UDP_READERS: dict[int, Reader] = {
    502: modbus, 44818: enip, 20000: dnp3, 47808: bacnet, 9600: fins, 5094: hart_ip, 5683: coap,
}  # fmt: skip


@dataclass(slots=True)
class Stream:
    """One direction of a TCP connection."""

    reader: Reader
    next: int | None = None
    """Sequence number of the first byte that was not looked at."""
    left: int = 0
    """Bytes of the current unit that are to come."""
    changed: dict[int, int] = field(default_factory=dict)
    """Sequence number of a byte to what it became."""

    def segment(self, sequence: int, payload: bytes) -> bytes:
        """The payload with its numbers changed."""
        if self.next is None or self._ahead(sequence) > 0:
            self.next, self.left = sequence, 0
        fresh = len(payload) + self._ahead(sequence)
        if fresh > 0:
            self._walk(payload[-fresh:])
        found = self.changed
        if not found:
            return payload
        return bytes(found.get((sequence + at) & 0xFFFF_FFFF, byte) for at, byte in enumerate(payload))

    def _ahead(self, sequence: int) -> int:
        assert self.next is not None
        return (sequence - self.next + (1 << 31)) % (1 << 32) - (1 << 31)

    def _walk(self, data: bytes) -> None:
        assert self.next is not None
        for at, new in _changes(self.reader, data, self.left):
            for index, byte in enumerate(new):
                self.changed[(self.next + at + index) & 0xFFFF_FFFF] = byte
        self.left = _left(self.reader, data, self.left)
        self.next = (self.next + len(data)) & 0xFFFF_FFFF


def _changes(reader: Reader, data: bytes, skip: int) -> Iterator[Change]:
    while skip < len(data):
        unit = reader(data[skip:])
        if unit is None:
            return
        length, changes = unit
        for at, new in changes:
            yield skip + at, new
        skip += length


def _left(reader: Reader, data: bytes, skip: int) -> int:
    while skip < len(data):
        unit = reader(data[skip:])
        if unit is None:
            return 0
        skip += unit[0]
    return skip - len(data)


def datagram(reader: Reader, payload: bytes) -> bytes:
    """A datagram's payload with its numbers changed."""
    result = bytearray(payload)
    for at, new in _changes(reader, payload, 0):
        result[at : at + len(new)] = new
    return bytes(result[: len(payload)])
