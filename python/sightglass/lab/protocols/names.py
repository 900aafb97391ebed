"""Name services: DNS, multicast DNS, LLMNR, NetBIOS names.

Spec: RFC 1035, RFC 6762 and 6763 (mDNS), RFC 4795 (LLMNR), RFC 1002 4.2 (NetBIOS).
"""

from __future__ import annotations

import struct

from sightglass.lab.protocols.base import Mark, Message

DNS_PORT, MDNS_PORT, NBNS_PORT, LLMNR_PORT = 53, 5353, 137, 5355
MDNS_GROUP = bytes([224, 0, 0, 251])
LLMNR_GROUP = bytes([224, 0, 0, 252])
A, PTR, TXT, SRV = 1, 12, 16, 33


def name_bytes(name: str) -> bytes:
    """A domain name without compression."""
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"


def query(identifier: int, name: str, kind: int = A) -> Message:
    """A recursive query."""
    head = struct.pack("!HHHHHH", identifier, 0x0100, 1, 0, 0, 0)
    return Message(
        head + name_bytes(name) + struct.pack("!HH", kind, 1), (Mark("dns", "query", 0, "request"),)
    )


def answer(identifier: int, name: str, data: bytes | None, kind: int = A, ttl_s: int = 1200) -> Message:
    """The answer with one record, or "no such name" when there is no data."""
    flags = 0x8180 if data is not None else 0x8183
    head = struct.pack("!HHHHHH", identifier, flags, 1, 1 if data is not None else 0, 0, 0)
    body = name_bytes(name) + struct.pack("!HH", kind, 1)
    if data is not None:
        body += struct.pack("!HHHIH", 0xC00C, kind, 1, ttl_s, len(data)) + data
    return Message(head + body, (Mark("dns", "query", 0, "response"),))


def announce(host: str, service: str, instance: str, port: int, ip: bytes, text: str) -> Message:
    """A multicast DNS announcement of one service: PTR, SRV, TXT and A."""
    full, target = f"{instance}.{service}.local", f"{host}.local"

    def record(name: str, kind: int, data: bytes, cls: int = 0x8001) -> bytes:
        return name_bytes(name) + struct.pack("!HHIH", kind, cls, 120, len(data)) + data

    body = (
        record(f"{service}.local", PTR, name_bytes(full), 1)
        + record(full, SRV, struct.pack("!HHH", 0, 0, port) + name_bytes(target))
        + record(full, TXT, bytes([len(text)]) + text.encode())
        + record(target, A, ip)
    )
    head = struct.pack("!HHHHHH", 0, 0x8400, 0, 4, 0, 0)
    return Message(head + body, (Mark("mdns", "query", 0, "response"),), (("mdns", "hostname", host),))


def local_query(identifier: int, name: str) -> Message:
    """A link-local multicast query (RFC 4795)."""
    head = struct.pack("!HHHHHH", identifier, 0, 1, 0, 0, 0)
    body = head + name_bytes(name) + struct.pack("!HH", A, 1)
    return Message(body, (Mark("llmnr", "query", 0, "request"),))


def local_answer(identifier: int, name: str, ip: bytes) -> Message:
    """The named host's answer."""
    head = struct.pack("!HHHHHH", identifier, 0x8000, 1, 1, 0, 0)
    body = head + name_bytes(name) + struct.pack("!HH", A, 1)
    body += struct.pack("!HHHIH", 0xC00C, A, 1, 30, len(ip)) + ip
    return Message(body, (Mark("llmnr", "query", 0, "response"),), (("llmnr", "hostname", name),))


def _netbios(name: str, suffix: int) -> bytes:
    raw = name.upper().encode()[:15].ljust(15) + bytes([suffix])
    half = bytes(value for byte in raw for value in (0x41 + (byte >> 4), 0x41 + (byte & 15)))
    return b"\x20" + half + b"\0"


def netbios_query(identifier: int, name: str) -> Message:
    """A broadcast name query for a workstation name."""
    head = struct.pack("!HHHHHH", identifier, 0x0110, 1, 0, 0, 0)
    body = _netbios(name, 0) + struct.pack("!HH", 0x20, 1)
    return Message(head + body, (Mark("nbns", "query", 0, "request"),))


def netbios_registration(identifier: int, name: str, ip: bytes) -> Message:
    """A broadcast registration of the sender's own name."""
    head = struct.pack("!HHHHHH", identifier, 0x2910, 1, 0, 0, 1)
    body = _netbios(name, 0) + struct.pack("!HH", 0x20, 1)
    body += struct.pack("!HHHIHH", 0xC00C, 0x20, 1, 300_000, 6, 0) + ip
    mark = Mark("nbns", "registration", 5, "request")
    return Message(head + body, (mark,), (("nbns", "hostname", name.upper()[:15]),))
