"""DCE/RPC over TCP: bind to an interface, call its operations.

Spec: C706 (DCE 1.1 RPC), chapter 12, and MS-RPCE; interfaces by their own documents (MS-SCMR, MS-TSCH).
"""

from __future__ import annotations

import struct
from uuid import UUID

from sightglass.lab.protocols.base import Kind, Mark, Message

SERVICES = (UUID("367abb81-9844-35f1-ad32-98f038001003"), 2)
TASKS = (UUID("86d35949-83c9-4044-b424-db363231fd0c"), 1)
"""Service control manager (MS-SCMR) and task scheduler (MS-TSCH): interface and version."""
NDR = (UUID("8a885d04-1ceb-11c9-9fe8-08002b104860"), 2)
REQUEST, RESPONSE, BIND, BIND_ACK = 0, 2, 11, 12
NTLM, PRIVACY = 10, 6  # authentication type and level (MS-RPCE 2.2.1.1.7, 2.2.1.1.8)
FRAGMENT_BYTES = 4280
FIRST_AND_LAST = 3
LITTLE_ENDIAN = 0x10


def _message(kind: int, call: int, body: bytes, mark: Mark, verifier: bytes = b"") -> Message:
    trailer = bytes([NTLM, PRIVACY]) + bytes(6) + verifier if verifier else b""
    size = 16 + len(body) + len(trailer)
    head = struct.pack("<BBBBIHHI", 5, 0, kind, FIRST_AND_LAST, LITTLE_ENDIAN, size, len(verifier), call)
    return Message(head + body + trailer, (mark,))


def _syntax(of: tuple[UUID, int]) -> bytes:
    return of[0].bytes_le + struct.pack("<I", of[1])


def bind(call: int, interface: tuple[UUID, int]) -> Message:
    """Ask for an interface with the usual transfer syntax."""
    body = struct.pack("<HHIBxxxHBx", FRAGMENT_BYTES, FRAGMENT_BYTES, 0, 1, 0, 1)
    mark = Mark("dcerpc", "bind", None, "request")
    return _message(BIND, call, body + _syntax(interface) + _syntax(NDR), mark)


def bind_ack(call: int, port: int, group: int) -> Message:
    """The interface is there."""
    address = f"{port}\0".encode()
    body = struct.pack("<HHIH", FRAGMENT_BYTES, FRAGMENT_BYTES, group, len(address)) + address
    body += bytes(-(16 + len(body)) % 4) + struct.pack("<BxxxHH", 1, 0, 0) + _syntax(NDR)
    return _message(BIND_ACK, call, body, Mark("dcerpc", "bind_ack", None, "response"))


def call(number: int, kind: Kind, operation: int, sealed: bytes) -> Message:
    """A call of an operation, or its result, with sealed arguments: whole words, at least 12 bytes."""
    if kind == "request":
        body, code = struct.pack("<IHH", len(sealed), 0, operation), REQUEST
    else:
        body, code = struct.pack("<IHBx", len(sealed), 0, 0), RESPONSE
    verifier = struct.pack("<I", 1) + sealed[:8] + struct.pack("<I", number)
    return _message(code, number, body + sealed, Mark("dcerpc", "call", operation, kind), verifier)
