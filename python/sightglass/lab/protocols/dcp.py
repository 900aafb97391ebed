"""PROFINET DCP: identify all stations.

Spec: IEC 61158-6-10 (DCP), EtherType 0x8892, frame ids 0xfefe (identify request) and 0xfeff (response).
"""

from __future__ import annotations

import struct

from sightglass.lab.protocols.base import Mark, Message

ETHERTYPE = 0x8892
IDENTIFY_MAC = bytes.fromhex("010ecf000000")
IDENTIFY = 5
SIEMENS = 0x002A


def identify_request(transaction: int) -> Message:
    """Ask every station; the delay factor spreads the answers."""
    block = struct.pack("!BBH", 0xFF, 0xFF, 0)
    head = struct.pack("!HBBIHH", 0xFEFE, IDENTIFY, 0, transaction, 0x0080, len(block))
    return Message(head + block, (Mark("profinet_dcp", "identify", IDENTIFY, "request"),))


def _block(option: int, sub_option: int, value: bytes) -> bytes:
    raw = b"\0\0" + value  # block info
    return struct.pack("!BBH", option, sub_option, len(raw)) + raw + bytes(len(raw) & 1)


def identify_response(
    transaction: int, station: str, station_type: str, device_id: int, address: tuple[bytes, bytes, bytes]
) -> Message:
    """A station's name, type, identifiers, role and address (ip, mask, gateway)."""
    blocks = (
        _block(2, 1, station_type.encode())
        + _block(2, 2, station.encode())
        + _block(2, 3, struct.pack("!HH", SIEMENS, device_id))
        + _block(2, 4, b"\x02\x00")
        + struct.pack("!BBHH", 1, 2, 14, 1)
        + b"".join(address)
    )
    head = struct.pack("!HBBIHH", 0xFEFF, IDENTIFY, 1, transaction, 0, len(blocks))
    facts = (
        ("profinet_dcp", "station_name", station),
        ("profinet_dcp", "model", station_type),
        ("profinet_dcp", "vendor_id", f"0x{SIEMENS:04x}"),
        ("profinet_dcp", "device_id", f"0x{device_id:04x}"),
    )
    return Message(head + blocks, (Mark("profinet_dcp", "identify", IDENTIFY, "response"),), facts)
