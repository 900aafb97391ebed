"""DHCP for IPv4.

Spec: RFC 2131, RFC 2132 (options). Usual ports UDP 67 (server) and 68 (client).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from sightglass.lab.protocols.base import Mark, Message

SERVER_PORT, CLIENT_PORT = 67, 68
NAMES = {1: "discover", 2: "offer", 3: "request", 5: "ack"}
DISCOVER, OFFER, REQUEST, ACK = 1, 2, 3, 5
NO_ADDRESS = bytes(4)


@dataclass(frozen=True, slots=True)
class Lease:
    """What client and server talk about."""

    mac: bytes
    ip: bytes
    server: bytes
    router: bytes
    hostname: str
    vendor_class: str


def _option(code: int, value: bytes) -> bytes:
    return bytes([code, len(value)]) + value


def message(kind: int, transaction: int, lease: Lease, *, renewing: bool = False) -> Message:
    """One message; a renewing client already has its address."""
    from_server = kind in (OFFER, ACK)
    client_ip = lease.ip if renewing else NO_ADDRESS
    your_ip = lease.ip if from_server else NO_ADDRESS
    head = struct.pack("!BBBBIHH", 2 if from_server else 1, 1, 6, 0, transaction, 0, 0)
    head += client_ip + your_ip + NO_ADDRESS + NO_ADDRESS + lease.mac.ljust(16, b"\0") + bytes(192)
    options = _option(53, bytes([kind]))
    facts: tuple[tuple[str, str, str], ...] = ()
    if from_server:
        options += _option(54, lease.server) + _option(51, struct.pack("!I", 28_800))
        options += _option(1, b"\xff\xff\xff\x00") + _option(3, lease.router) + _option(6, lease.server)
    else:
        options += _option(61, b"\x01" + lease.mac)
        if kind == REQUEST and not renewing:
            options += _option(50, lease.ip) + _option(54, lease.server)
        options += _option(12, lease.hostname.encode()) + _option(60, lease.vendor_class.encode())
        options += _option(55, b"\x01\x03\x06\x0f\x2c")
        facts = (("dhcp", "hostname", lease.hostname), ("dhcp", "vendor_class", lease.vendor_class))
    body = head + b"\x63\x82\x53\x63" + options + b"\xff"
    mark = Mark("dhcp", NAMES[kind], kind, "response" if from_server else "request")
    return Message(body.ljust(300, b"\0"), (mark,), facts)
