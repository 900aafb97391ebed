"""What bridges say: LLDP and the spanning tree.

Spec: IEEE 802.1AB (LLDP, EtherType 0x88cc), IEEE 802.1D-2004 (RSTP, LLC 0x42).
"""

from __future__ import annotations

import struct

from sightglass.lab.protocols.base import Mark, Message

LLDP_ETHERTYPE = 0x88CC
LLDP_MAC = bytes.fromhex("0180c200000e")
STP_MAC = bytes.fromhex("0180c2000000")


def _tlv(kind: int, value: bytes) -> bytes:
    return struct.pack("!H", kind << 9 | len(value)) + value


def lldp(
    chassis: bytes | str, port: str, name: str, description: str, ip: bytes, capabilities: int
) -> Message:
    """An LLDP data unit; the chassis is a MAC (bytes) or a locally assigned name.

    ``capabilities`` are bits of 8.5.8: 0x04 bridge, 0x10 router, 0x80 station only.
    """
    chassis_value = b"\x04" + chassis if isinstance(chassis, bytes) else b"\x07" + chassis.encode()
    unit = (
        _tlv(1, chassis_value)
        + _tlv(2, b"\x07" + port.encode())
        + _tlv(3, struct.pack("!H", 120))
        + _tlv(5, name.encode())
        + _tlv(6, description.encode())
        + _tlv(7, struct.pack("!HH", capabilities, capabilities))
        + _tlv(8, b"\x05\x01" + ip + b"\x02" + struct.pack("!I", 1) + b"\0")
        + _tlv(0, b"")
    )
    facts = (("lldp", "name", name), ("lldp", "description", description))
    return Message(unit, (Mark("lldp", "advertisement", None, "event"),), facts)


def rstp(bridge: bytes, port: int, priority: int = 0x8000) -> Message:
    """A rapid spanning tree BPDU of a root bridge's designated port, behind its LLC header."""
    identifier = struct.pack("!H", priority) + bridge
    body = struct.pack("!HBBB", 0, 2, 2, 0x3C) + identifier + struct.pack("!I", 0) + identifier
    body += struct.pack("!HHHHHB", 0x8000 | port, 0, 20 << 8, 2 << 8, 15 << 8, 0)
    return Message(b"\x42\x42\x03" + body, (Mark("stp", "rst_bpdu", 2, "event"),))
