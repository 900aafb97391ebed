"""S7comm over ISO transport (TPKT, COTP class 0).

Spec: RFC 1006 (TPKT), RFC 905 / X.224 (COTP). S7comm itself has no public specification; the layout
follows what is
publicly known of it: job (1), acknowledge with data (3), user data (7). Usual port TCP 102.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Literal

from sightglass.lab.protocols.base import Kind, Mark, Message

PORT = 102
JOB, ACK_DATA, USERDATA = 1, 3, 7
PDU_BYTES = 480
FUNCTIONS = {
    0x04: "read_var",
    0x05: "write_var",
    0x1A: "request_download",
    0x1B: "download_block",
    0x1C: "download_ended",
    0x1D: "start_upload",
    0x1E: "upload",
    0x1F: "end_upload",
    0x28: "pi_service",
    0x29: "plc_stop",
    0xF0: "setup_communication",
}
AREA_MARKER, AREA_DB = 0x83, 0x84
RETURN_OK, RETURN_NOT_AVAILABLE = 0xFF, 0x0A


@dataclass(frozen=True, slots=True)
class Item:
    """An address range: bytes of a data block or of the marker area."""

    area: int
    db: int
    start: int
    length: int


def _tpkt(payload: bytes) -> bytes:
    return struct.pack("!BBH", 3, 0, len(payload) + 4) + payload


def connect_request(source_reference: int, target_tsap: int) -> Message:
    """COTP connection request; the TSAP's low byte holds rack and slot."""
    return Message(_tpkt(_connection(0xE0, 0, source_reference, 0x0100, target_tsap)))


def connect_confirm(source_reference: int, target_reference: int, target_tsap: int) -> Message:
    """COTP connection confirm."""
    return Message(_tpkt(_connection(0xD0, target_reference, source_reference, 0x0100, target_tsap)))


def _connection(code: int, target: int, source: int, from_tsap: int, to_tsap: int) -> bytes:
    parameters = b"\xc0\x01\x0a" + struct.pack("!BBHBBH", 0xC1, 2, from_tsap, 0xC2, 2, to_tsap)
    return struct.pack("!BBHHB", 6 + len(parameters), code, target, source, 0) + parameters


def _message(
    rosctr: int,
    reference: int,
    parameter: bytes,
    data: bytes,
    mark: Mark,
    facts: tuple[tuple[str, str, str], ...] = (),
) -> Message:
    head = struct.pack("!BBHHHH", 0x32, rosctr, 0, reference, len(parameter), len(data))
    if rosctr == ACK_DATA:
        head += b"\0\0"  # error class and code: none
    return Message(_tpkt(b"\x02\xf0\x80" + head + parameter + data), (mark,), facts)


def _job(function: int, reference: int, rest: bytes, data: bytes = b"") -> Message:
    mark = Mark("s7comm", FUNCTIONS[function], function, "request")
    return _message(JOB, reference, bytes([function]) + rest, data, mark)


def _answer(function: int, reference: int, rest: bytes = b"", data: bytes = b"") -> Message:
    mark = Mark("s7comm", FUNCTIONS[function], function, "response")
    return _message(ACK_DATA, reference, bytes([function]) + rest, data, mark)


def setup(reference: int, kind: Kind) -> Message:
    """Setup communication: one job in parallel each way, PDU of 480 bytes."""
    rest = struct.pack("!BHHH", 0, 1, 1, PDU_BYTES)
    return _job(0xF0, reference, rest) if kind == "request" else _answer(0xF0, reference, rest)


def _address(item: Item) -> bytes:
    return struct.pack("!BBBBHHB", 0x12, 10, 0x10, 0x02, item.length, item.db, item.area) + (
        item.start * 8
    ).to_bytes(3, "big")


def _values(values: list[bytes], return_code: int) -> bytes:
    out = bytearray()
    for position, value in enumerate(values):
        out += struct.pack("!BBH", return_code, 4, len(value) * 8) + value
        if len(value) & 1 and position < len(values) - 1:
            out += b"\0"
    return bytes(out)


def read_request(reference: int, items: list[Item]) -> Message:
    """Read variables."""
    return _job(0x04, reference, bytes([len(items)]) + b"".join(map(_address, items)))


def read_response(reference: int, values: list[bytes]) -> Message:
    """Values in the order of the request's items."""
    return _answer(0x04, reference, bytes([len(values)]), _values(values, RETURN_OK))


def write_request(reference: int, item: Item, value: bytes) -> Message:
    """Write one variable."""
    return _job(0x05, reference, b"\x01" + _address(item), _values([value], 0))


def write_response(reference: int, return_code: int = RETURN_OK) -> Message:
    """One return code per item written."""
    return _answer(0x05, reference, b"\x01", bytes([return_code]))


# -- user data: system status lists ------------------------------------------------------------------------


def szl_request(reference: int, sequence: int, szl_id: int, index: int = 0) -> Message:
    """Read a system status list."""
    parameter = struct.pack("!BBBBBBBB", 0, 1, 0x12, 4, 0x11, 0x44, 1, sequence)
    data = struct.pack("!BBHHH", 0xFF, 9, 4, szl_id, index)
    return _message(USERDATA, reference, parameter, data, Mark("s7comm", "read_szl", None, "request"))


def szl_response(
    reference: int,
    sequence: int,
    szl_id: int,
    records: list[bytes],
    facts: tuple[tuple[str, str, str], ...] = (),
    index: int = 0,
) -> Message:
    """The list's records, all of one length."""
    size = len(records[0]) if records else 0
    parameter = struct.pack("!BBBBBBBBBBH", 0, 1, 0x12, 8, 0x12, 0x84, 1, sequence, 0, 0, 0)
    body = struct.pack("!HHHH", szl_id, index, size, len(records)) + b"".join(records)
    data = struct.pack("!BBH", 0xFF, 9, len(body)) + body
    return _message(USERDATA, reference, parameter, data, Mark("s7comm", "read_szl", None, "response"), facts)


def module_identification(order_number: str, hardware: int, firmware: str) -> list[bytes]:
    """SZL 0x0011: order number and versions of module, hardware and firmware."""
    name = order_number.encode().ljust(20)[:20]
    major, minor, patch = (int(part) for part in firmware.lstrip("Vv").split("."))
    return [
        struct.pack("!H20sHHH", 1, name, 0x00C0, hardware, 1),
        struct.pack("!H20sHHH", 6, name, 0x00C0, hardware, 1),
        struct.pack("!H20sHBBBB", 7, b" " * 20, 0x00C0, ord("V"), major, minor, patch),
    ]


def component_identification(plc_name: str, module_name: str, module_type: str, serial: str) -> list[bytes]:
    """SZL 0x001C: names and serial number."""

    def record(index: int, text: str) -> bytes:
        return struct.pack("!H32s", index, text.encode()[:32])

    return [
        record(1, plc_name),
        record(2, module_name),
        record(3, ""),
        record(4, "Original Siemens Equipment"),
        record(5, serial),
        record(7, module_type),
        record(8, "MMC " + serial[-8:]),
        record(11, ""),
    ]


def cpu_state(*, running: bool) -> list[bytes]:
    """SZL 0x0424: operating state of the CPU, RUN (8) or STOP (3)."""
    # Event, state (0x51 is the running edition), time of the last change left at zero.
    return [struct.pack("!HBB4x4B8x", 0x4302 if running else 0x4303, 0x51, 8 if running else 3, 2, 0, 0, 0)]


# -- program -----------------------------------------------------------------------------------------------


def file_name(block_type: str, number: int, target: Literal["A", "P", "B"]) -> bytes:
    """Nine characters: file identifier, block type in two hex digits, number, file system."""
    return f"_{block_type}{number:05d}{target}".encode()


def _pascal(text: bytes) -> bytes:
    return bytes([len(text)]) + text


def download_request(reference: int, name: bytes, load_bytes: int, code_bytes: int) -> Message:
    """Announce a block: length in load memory and length of the code."""
    part2 = f"1{load_bytes:06d}{code_bytes:06d}".encode()
    return _job(0x1A, reference, struct.pack("!BHI", 0, 0x0100, 0) + _pascal(name) + _pascal(part2))


def download_response(reference: int) -> Message:
    """The controller agrees to fetch the block."""
    return _answer(0x1A, reference)


def block_job(function: Literal[0x1B, 0x1C], reference: int, name: bytes) -> Message:
    """The controller asks for the next part of a block (0x1b) or says that it has all (0x1c)."""
    return _job(function, reference, struct.pack("!BHI", 0, 0, 0) + _pascal(name))


def block_part(reference: int, part: bytes, *, more: bool) -> Message:
    """A part of a block on its way to the controller."""
    return _answer(0x1B, reference, bytes([more]), struct.pack("!HH", len(part), 0x00FB) + part)


def block_end(reference: int) -> Message:
    """The programming side confirms the end of a download."""
    return _answer(0x1C, reference)


def upload_start(reference: int, name: bytes) -> Message:
    """Ask to read a block."""
    return _job(0x1D, reference, struct.pack("!BHI", 0, 0, 0) + _pascal(name))


def upload_started(reference: int, upload_id: int, block_bytes: int) -> Message:
    """The block exists and has this length."""
    rest = struct.pack("!BHI", 0, 0x0100, upload_id) + _pascal(f"{block_bytes:07d}".encode())
    return _answer(0x1D, reference, rest)


def upload_next(function: Literal[0x1E, 0x1F], reference: int, upload_id: int) -> Message:
    """Fetch the next part (0x1e) or end the upload (0x1f)."""
    return _job(function, reference, struct.pack("!BHI", 0, 0, upload_id))


def upload_part(reference: int, part: bytes, *, more: bool) -> Message:
    """A part of a block on its way out of the controller."""
    return _answer(0x1E, reference, bytes([more]), struct.pack("!HH", len(part), 0x00FB) + part)


def upload_ended(reference: int) -> Message:
    """The controller forgets the upload."""
    return _answer(0x1F, reference)


def pi_service(reference: int, name: str, argument: bytes = b"") -> Message:
    """Start a program invocation, for example ``_INSE`` (insert block) or ``P_PROGRAM`` (start)."""
    rest = bytes(6) + b"\xfd" + struct.pack("!H", len(argument)) + argument + _pascal(name.encode())
    return _job(0x28, reference, rest)


def pi_response(reference: int) -> Message:
    """The invocation was started."""
    return _answer(0x28, reference)


def stop_request(reference: int) -> Message:
    """Stop the CPU: PI ``P_PROGRAM``."""
    return _job(0x29, reference, bytes(5) + _pascal(b"P_PROGRAM"))


def stop_response(reference: int) -> Message:
    """The CPU goes to STOP."""
    return _answer(0x29, reference)


def block_bytes(block_type: str, number: int, code: bytes) -> bytes:
    """A block as it is stored: header, code, footer with author and version (public layout of MC7 blocks)."""
    kinds = {"08": 0x08, "0A": 0x0A, "0C": 0x0C, "0E": 0x0E}
    total = 36 + len(code) + 36
    head = struct.pack(
        "!HBBBBHIIIHIHHHHH",
        0x7070,
        1,
        1,
        1,
        kinds[block_type],
        number,
        total,
        0,
        0x030D4A9B,
        0x1A2B,
        0x030D4A9B,
        0x1A2B,
        0,
        20,
        0,
        len(code),
    )
    footer = struct.pack("!8s8s8sBBHII", b"LAB", b"PLANT", b"SIM", 0x10, 0, 0, 0, 0)
    return head[:36].ljust(36, b"\0") + code + footer[:36].ljust(36, b"\0")
