"""DNP3 over TCP: data link frames with their CRCs, transport segments, application fragments.

Spec: IEEE 1815-2012 (clause 9 data link, 8 transport, 4 application, annex A objects). Usual port TCP 20000.
"""

from __future__ import annotations

import struct

from sightglass.lab.protocols.base import Mark, Message

PORT = 20000
FUNCTIONS = {
    0: "confirm",
    1: "read",
    2: "write",
    3: "select",
    4: "operate",
    5: "direct_operate",
    13: "cold_restart",
    14: "warm_restart",
    20: "enable_unsolicited",
    21: "disable_unsolicited",
    23: "delay_measurement",
    27: "delete_file",
    129: "response",
    130: "unsolicited_response",
}
CONFIRM, READ, WRITE, SELECT, OPERATE, COLD_RESTART, WARM_RESTART = 0, 1, 2, 3, 4, 13, 14
ENABLE_UNSOLICITED, DELAY_MEASURE, DELETE_FILE, RESPONSE, UNSOLICITED = 20, 23, 27, 129, 130
FROM_MASTER, FROM_OUTSTATION = 0xC4, 0x44  # unconfirmed user data, primary station
FIRST_AND_FINAL, ASK_CONFIRM, UNSOLICITED_BIT = 0xC0, 0x20, 0x10
SEGMENT_BYTES = 249
CLASS_OBJECTS = {0: b"\x3c\x01\x06", 1: b"\x3c\x02\x06", 2: b"\x3c\x03\x06", 3: b"\x3c\x04\x06"}


def _table() -> tuple[int, ...]:
    rows = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0xA6BC if value & 1 else 0)  # noqa: PLW2901 - the register of the CRC
        rows.append(value)
    return tuple(rows)


_CRC = _table()


def crc(data: bytes) -> int:
    """CRC-16 of DNP3 (9.2.5): polynomial 0x3d65, reflected, inverted."""
    value = 0
    for byte in data:
        value = value >> 8 ^ _CRC[(value ^ byte) & 0xFF]
    return value ^ 0xFFFF


def _checked(block: bytes) -> bytes:
    return block + struct.pack("<H", crc(block))


def frame(control: int, target: int, source: int, data: bytes) -> bytes:
    """One data link frame; at most 250 bytes of data."""
    out = _checked(struct.pack("<BBBBHH", 0x05, 0x64, 5 + len(data), control, target, source))
    for offset in range(0, len(data), 16):
        out += _checked(data[offset : offset + 16])
    return out


def fragment(link: tuple[int, int, int], sequence: int, application: bytes) -> Message:
    """An application fragment in as many transport segments as it needs.

    Args:
        link: Control byte, destination and source address.
        sequence: Sequence of the first transport segment.
        application: From the application control byte on.
    """
    out = bytearray()
    for number, offset in enumerate(range(0, len(application), SEGMENT_BYTES)):
        final = offset + SEGMENT_BYTES >= len(application)
        head = (0x40 if number == 0 else 0) | (0x80 if final else 0) | (sequence + number & 0x3F)
        out += frame(*link, bytes([head]) + application[offset : offset + SEGMENT_BYTES])
    code = application[1]
    mark = Mark("dnp3", FUNCTIONS[code], code, "response" if code >= RESPONSE else "request")
    return Message(bytes(out), (mark,))


def request(sequence: int, function: int, objects: bytes = b"") -> bytes:
    """An application request; the sequence has four bits."""
    return bytes([FIRST_AND_FINAL | sequence & 15, function]) + objects


def confirm(sequence: int, *, unsolicited: bool = False) -> bytes:
    """A confirmation of a response."""
    return bytes([FIRST_AND_FINAL | (UNSOLICITED_BIT if unsolicited else 0) | sequence & 15, CONFIRM])


def response(sequence: int, indications: int, objects: bytes = b"", *, ask_confirm: bool = False) -> bytes:
    """An answer with its internal indications (first byte in the high half)."""
    control = FIRST_AND_FINAL | (ASK_CONFIRM if ask_confirm else 0) | sequence & 15
    return struct.pack("!BBH", control, RESPONSE, indications) + objects


def unsolicited(sequence: int, objects: bytes) -> bytes:
    """An unsolicited response; it always asks for a confirmation."""
    control = FIRST_AND_FINAL | ASK_CONFIRM | UNSOLICITED_BIT | sequence & 15
    return struct.pack("!BBH", control, UNSOLICITED, 0) + objects


def analogs(values: list[int]) -> bytes:
    """Group 30 variation 1: 32-bit analog inputs with flag, from index 0."""
    body = b"".join(struct.pack("<Bi", 1, value) for value in values)
    return struct.pack("<BBBBB", 30, 1, 0, 0, len(values) - 1) + body


def counters(values: list[int]) -> bytes:
    """Group 20 variation 1: 32-bit counters with flag, from index 0."""
    body = b"".join(struct.pack("<BI", 1, value & 0xFFFFFFFF) for value in values)
    return struct.pack("<BBBBB", 20, 1, 0, 0, len(values) - 1) + body


def binaries(states: list[bool]) -> bytes:
    """Group 1 variation 2: binary inputs with flags, from index 0."""
    body = bytes(0x81 if state else 0x01 for state in states)
    return struct.pack("<BBBBB", 1, 2, 0, 0, len(states) - 1) + body


def analog_events(events: list[tuple[int, int]]) -> bytes:
    """Group 32 variation 1: (index, value) without time."""
    body = b"".join(struct.pack("<HBi", index, 1, value) for index, value in events)
    return struct.pack("<BBBH", 32, 1, 0x28, len(events)) + body


def binary_events(events: list[tuple[int, bool]], time_ms: int) -> bytes:
    """Group 2 variation 2: (index, state) with absolute time in milliseconds since 1970."""
    stamp = time_ms.to_bytes(6, "little")
    body = b"".join(struct.pack("<HB", index, 0x81 if state else 1) + stamp for index, state in events)
    return struct.pack("<BBBH", 2, 2, 0x28, len(events)) + body


def relay(index: int, code: int, status: int = 0) -> bytes:
    """Group 12 variation 1: control relay output block (1 pulse on, 3 latch on, 4 latch off)."""
    return struct.pack("<BBBHHBBIIB", 12, 1, 0x28, 1, index, code, 1, 100, 100, status)


def set_time(time_ms: int) -> bytes:
    """Group 50 variation 1: time and date."""
    return b"\x32\x01\x07\x01" + time_ms.to_bytes(6, "little")


def fine_delay(delay_ms: int) -> bytes:
    """Group 52 variation 2: time delay in milliseconds."""
    return b"\x34\x02\x07\x01" + struct.pack("<H", delay_ms)


def file_command(name: str, number: int) -> bytes:
    """Group 70 variation 3: a file by its name, as the request with this number."""
    raw = name.encode()
    body = struct.pack("<HH6xHIIHHH", 26, len(raw), 0, 0, 0, 0, 0, number) + raw
    return struct.pack("<BBBBH", 70, 3, 0x5B, 1, len(body)) + body


def file_status(number: int, status: int = 0) -> bytes:
    """Group 70 variation 4: how the request with this number went; 0 is success."""
    return struct.pack("<BBBBHIIHHB", 70, 4, 0x5B, 1, 13, 0, 0, 0, number, status)


CLEAR_RESTART = b"\x50\x01\x00\x07\x07\x00"  # group 80 variation 1, index 7
