"""Modbus/TCP.

Spec: MODBUS Application Protocol V1.1b3; MODBUS Messaging on TCP/IP V1.0b. Usual port TCP 502.
"""

from __future__ import annotations

import struct

from sightglass.lab.protocols.base import Kind, Mark, Message

PORT = 502
NAMES = {
    1: "read_coils",
    2: "read_discrete_inputs",
    3: "read_holding_registers",
    4: "read_input_registers",
    5: "write_single_coil",
    6: "write_single_register",
    7: "read_exception_status",
    8: "diagnostics",
    11: "get_comm_event_counter",
    12: "get_comm_event_log",
    15: "write_multiple_coils",
    16: "write_multiple_registers",
    17: "report_server_id",
    43: "read_device_identification",  # MEI type 14, the only one used here
}
ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE, DEVICE_BUSY = 1, 2, 3, 6


def _frame(transaction: int, unit: int, kind: Kind, function: int, rest: bytes) -> Message:
    pdu = bytes([function]) + rest
    head = struct.pack("!HHHB", transaction & 0xFFFF, 0, len(pdu) + 1, unit)
    code = function & 0x7F
    return Message(head + pdu, (Mark("modbus", NAMES.get(code, f"unknown_0x{code:02x}"), code, kind),))


def read_request(transaction: int, unit: int, function: int, address: int, quantity: int) -> Message:
    """Read bits (1, 2) or registers (3, 4)."""
    return _frame(transaction, unit, "request", function, struct.pack("!HH", address, quantity))


def registers_response(transaction: int, unit: int, function: int, values: list[int]) -> Message:
    """Registers of a read (3, 4)."""
    data = struct.pack(f"!{len(values)}H", *values)
    return _frame(transaction, unit, "response", function, bytes([len(data)]) + data)


def pack_bits(bits: list[bool]) -> bytes:
    """Bits in bytes, the first in the lowest bit (6.1)."""
    out = bytearray((len(bits) + 7) // 8)
    for position, bit in enumerate(bits):
        if bit:
            out[position // 8] |= 1 << position % 8
    return bytes(out)


def bits_response(transaction: int, unit: int, function: int, bits: list[bool]) -> Message:
    """Bits of a read (1, 2)."""
    data = pack_bits(bits)
    return _frame(transaction, unit, "response", function, bytes([len(data)]) + data)


def write_single(transaction: int, unit: int, kind: Kind, function: int, address: int, value: int) -> Message:
    """Write one coil (5; value 0 or 1) or register (6); the answer repeats the request."""
    raw = (0xFF00 if value else 0) if function == 5 else value
    return _frame(transaction, unit, kind, function, struct.pack("!HH", address, raw))


def write_coils(transaction: int, unit: int, address: int, bits: list[bool]) -> Message:
    """Write several coils (15)."""
    data = pack_bits(bits)
    return _frame(transaction, unit, "request", 15, struct.pack("!HHB", address, len(bits), len(data)) + data)


def write_registers(transaction: int, unit: int, address: int, values: list[int]) -> Message:
    """Write several registers (16)."""
    data = struct.pack(f"!{len(values)}H", *values)
    return _frame(
        transaction, unit, "request", 16, struct.pack("!HHB", address, len(values), len(data)) + data
    )


def written(transaction: int, unit: int, function: int, address: int, quantity: int) -> Message:
    """Answer to writing several (15, 16)."""
    return _frame(transaction, unit, "response", function, struct.pack("!HH", address, quantity))


def exception(transaction: int, unit: int, function: int, code: int) -> Message:
    """An exception answer (section 7)."""
    return _frame(transaction, unit, "response", function | 0x80, bytes([code]))


def identity_request(transaction: int, unit: int) -> Message:
    """Read device identification, basic stream (43/14, section 6.21)."""
    return _frame(transaction, unit, "request", 43, b"\x0e\x01\x00")


def identity_response(transaction: int, unit: int, vendor: str, product: str, revision: str) -> Message:
    """Vendor name, product code and revision."""
    body = b"\x0e\x01\x01\x00\x00\x03"
    for number, text in enumerate((vendor, product, revision)):
        raw = text.encode()
        body += bytes([number, len(raw)]) + raw
    frame = _frame(transaction, unit, "response", 43, body)
    facts = (("modbus", "vendor", vendor), ("modbus", "model", product), ("modbus", "firmware", revision))
    return Message(frame.data, frame.marks, facts)


def diagnostics(transaction: int, unit: int, kind: Kind, sub_function: int, data: int = 0) -> Message:
    """Diagnostics (8, section 6.8); sub-function 0 returns the query's data."""
    return _frame(transaction, unit, kind, 8, struct.pack("!HH", sub_function, data))


def unknown_request(transaction: int, unit: int, function: int) -> Message:
    """A request with a function that the server may not know."""
    return _frame(transaction, unit, "request", function, b"")
