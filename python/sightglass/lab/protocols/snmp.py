"""SNMP version 2c.

Spec: RFC 3416 (PDUs), RFC 1901 (community message), X.690 (encoding). Usual ports UDP 161, traps 162.
"""

from __future__ import annotations

from sightglass.lab.protocols.base import Kind, Mark, Message

PORT, TRAP_PORT = 161, 162
NAMES = {0: "get_request", 1: "get_next_request", 2: "response", 3: "set_request", 7: "snmpv2_trap"}
GET, RESPONSE, TRAP = 0, 2, 7
SYS_DESCR, SYS_UPTIME, SYS_NAME, SYS_LOCATION = (f"1.3.6.1.2.1.1.{number}.0" for number in (1, 3, 5, 6))
TRAP_OID = "1.3.6.1.6.3.1.1.4.1.0"
LINK_DOWN, LINK_UP = "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.6.3.1.1.5.4"
COUNTER32, TIME_TICKS = 0x41, 0x43


def _tlv(tag: int, value: bytes) -> bytes:
    size = len(value)
    if size < 128:
        length = bytes([size])
    elif size < 256:
        length = bytes([0x81, size])
    else:
        length = b"\x82" + size.to_bytes(2, "big")
    return bytes([tag]) + length + value


def integer(value: int, tag: int = 2) -> bytes:
    """A non-negative number under a tag: INTEGER, Counter32 or TimeTicks."""
    return _tlv(tag, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def octets(text: str) -> bytes:
    """An octet string."""
    return _tlv(4, text.encode())


def oid(text: str) -> bytes:
    """An object identifier."""
    numbers = [int(part) for part in text.split(".")]
    out = bytearray([numbers[0] * 40 + numbers[1]])
    for number in numbers[2:]:
        parts = [number & 0x7F]
        rest = number >> 7
        while rest:
            parts.append(rest & 0x7F | 0x80)
            rest >>= 7
        out += bytes(reversed(parts))
    return _tlv(6, bytes(out))


def message(
    kind: int, request_id: int, bindings: list[tuple[str, bytes]], community: str = "public"
) -> Message:
    """One PDU; a binding is (object identifier, encoded value)."""
    pairs = b"".join(_tlv(0x30, oid(name) + value) for name, value in bindings)
    pdu = _tlv(0xA0 | kind, integer(request_id) + integer(0) + integer(0) + _tlv(0x30, pairs))
    directions: dict[int, Kind] = {RESPONSE: "response", TRAP: "event"}
    mark = Mark("snmp", NAMES[kind], kind, directions.get(kind, "request"))
    return Message(_tlv(0x30, integer(1) + octets(community) + pdu), (mark,))


NULL = b"\x05\x00"


def get(request_id: int, names: list[str]) -> Message:
    """Ask for values."""
    return message(GET, request_id, [(name, NULL) for name in names])
