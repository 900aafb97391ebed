"""Headers and checksums of Ethernet, ARP, IPv4 and UDP.

Spec: IEEE 802.3 and 802.1Q, RFC 826, RFC 791, RFC 768, RFC 1071 (checksum).
"""

from __future__ import annotations

import struct

ETHERTYPE_IPV4 = 0x0800
ETHERTYPE_ARP = 0x0806
ETHERTYPE_VLAN = 0x8100
IP_TCP = 6
IP_UDP = 17
IP_ICMP = 1
MINIMUM_FRAME_BYTES = 60  # IEEE 802.3 minimum of 64 without the FCS, which captures do not hold


def checksum(data: bytes, start: int = 0) -> int:
    """Internet checksum (RFC 1071) of ``data``; ``start`` is a sum of 16-bit words to add."""
    total = int.from_bytes(data + b"\0" if len(data) & 1 else data, "big") + start
    folded = total % 0xFFFF
    if folded == 0 and total:
        folded = 0xFFFF
    return 0xFFFF - folded


def pseudo_sum(source: bytes, target: bytes, protocol: int) -> int:
    """Sum of the pseudo header's words except the length."""
    return int.from_bytes(source + target, "big") % 0xFFFF + protocol


def ethernet(
    target: bytes, source: bytes, kind: int, payload: bytes, vlan: int | None = None, priority: int = 0
) -> bytes:
    """One Ethernet II frame, padded to the minimum length.

    Args:
        target: Destination MAC, six bytes.
        source: Source MAC, six bytes.
        kind: EtherType.
        payload: What follows the type.
        vlan: 802.1Q identifier of the tag, or none for an untagged frame.
        priority: 802.1p priority, 0 to 7, of the tag.
    """
    if vlan is None:
        head = target + source + kind.to_bytes(2, "big")
    else:
        head = target + source + struct.pack("!HHH", ETHERTYPE_VLAN, priority << 13 | vlan, kind)
    return (head + payload).ljust(MINIMUM_FRAME_BYTES, b"\0")


def llc_frame(target: bytes, source: bytes, payload: bytes) -> bytes:
    """One IEEE 802.3 frame with a length instead of a type (spanning tree, CDP)."""
    return (target + source + len(payload).to_bytes(2, "big") + payload).ljust(MINIMUM_FRAME_BYTES, b"\0")


def arp(operation: int, sender_mac: bytes, sender_ip: bytes, target_mac: bytes, target_ip: bytes) -> bytes:
    """An ARP packet for IPv4 over Ethernet; operation 1 asks, 2 answers."""
    return (
        struct.pack("!HHBBH", 1, ETHERTYPE_IPV4, 6, 4, operation)
        + sender_mac
        + sender_ip
        + target_mac
        + target_ip
    )


def ipv4(
    source: bytes, target: bytes, protocol: int, payload: bytes, *, identifier: int, ttl: int, flags: int = 0
) -> bytes:
    """An IPv4 packet without options; ``flags`` is the flags-and-offset word (0x4000 is don't fragment)."""
    head = (
        struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), identifier, flags, ttl, protocol, 0)
        + source
        + target
    )
    return head[:10] + checksum(head).to_bytes(2, "big") + head[12:] + payload


def udp(source: bytes, target: bytes, source_port: int, target_port: int, payload: bytes) -> bytes:
    """A UDP datagram with its checksum (RFC 768: a sum of zero is sent as all ones)."""
    length = 8 + len(payload)
    head = struct.pack("!HHH", source_port, target_port, length)
    value = checksum(head + b"\0\0" + payload, pseudo_sum(source, target, IP_UDP) + length)
    return head + (value or 0xFFFF).to_bytes(2, "big") + payload


def ip_bytes(text: str) -> bytes:
    """Four bytes of a dotted address."""
    return bytes(int(part) for part in text.split("."))


def ip_text(raw: bytes) -> str:
    """Dotted text of four bytes."""
    return ".".join(str(part) for part in raw)


def mac_text(raw: bytes) -> str:
    """Lower-case text with colons."""
    return raw.hex(":")
