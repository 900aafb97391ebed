"""Brings checksums up to date without the bytes that were not captured (RFC 1624)."""

from __future__ import annotations

from functools import lru_cache

ONES = 0xFFFF


def total(data: bytes | bytearray) -> int:
    """Sum of the 16-bit words in one's complement, an odd last byte filled with zero."""
    return int.from_bytes(bytes(data) + bytes(len(data) % 2), "big") % ONES


def updated(checksum: int, before: int, after: int) -> int:
    """A checksum after its words' total has changed; a wrong one stays wrong by the same."""
    if before == after:
        return checksum
    return ONES ^ ((ONES ^ checksum) + after - before) % ONES


@lru_cache(maxsize=1)
def _dnp_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = value >> 1 ^ (0xA6BC if value & 1 else 0)
        table.append(value)
    return tuple(table)


def dnp(data: bytes) -> bytes:
    """The CRC of a DNP3 block as it stands on the wire (IEEE 1815, 9.2.2)."""
    table = _dnp_table()
    value = 0
    for byte in data:
        value = value >> 8 ^ table[(value ^ byte) & 0xFF]
    return (value ^ ONES).to_bytes(2, "little")
