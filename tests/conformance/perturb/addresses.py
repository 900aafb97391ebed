"""Maps addresses one to one: groups, broadcasts, makers and the kind of a network stay."""

from __future__ import annotations

from functools import lru_cache

ZERO_MAC = bytes(6)
MAC_KEY = bytes((0, 0, 0, 0x2A, 0x51, 0x0D))


@lru_cache(maxsize=65_536)
def mac(address: bytes) -> bytes:
    """Another card of the same maker; group addresses and the empty one stay."""
    if address[0] & 1 or address == ZERO_MAC:
        return address
    return bytes(a ^ b for a, b in zip(address, MAC_KEY, strict=True))


def _turned(octet: int, by: int) -> int:
    """Another octet; 0 and 255 stay, for they may end a network's or a broadcast address."""
    return octet if octet in {0, 255} else (octet - 1 + by) % 254 + 1


@lru_cache(maxsize=65_536)
def ipv4(address: bytes) -> bytes:
    """Another host of another network of the same kind (private, public, link-local)."""
    a, b, c, d = address
    if a in {0, 127} or a >= 224:
        return address
    if (a, b) in {(192, 168), (169, 254)}:
        pass
    elif a == 172 and b & 0xF0 == 16:
        b ^= 0x05
    else:
        b = _turned(b, 21)
    return bytes((a, b, _turned(c, 42), _turned(d, 37)))


@lru_cache(maxsize=65_536)
def ipv6(address: bytes) -> bytes:
    """Another host; groups, the unspecified address and the loopback stay."""
    if address[0] == 0xFF or not any(address[:15]):
        return address
    changed = bytearray(address)
    changed[10] ^= 0x5A
    if address[0] != 0xFE:
        changed[5] ^= 0x11
    return bytes(changed)
