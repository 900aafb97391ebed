"""The content rules shipped: each fires on the message it names and stays silent on the one beside it."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from sightglass.detection.rules import builtin_rules
from sightglass.sensor.pipeline import Pipeline

FIRES = {
    "modbus-force-listen-only": bytes([8, 0, 4, 0, 0]),
    "modbus-restart-communications": bytes([8, 0, 1, 0, 0]),
}
SILENT = bytes([8, 0, 0, 0xA5, 0x37])
"""Return query data: the same function, another sub-function."""


def write_capture(path: Path, pdu: bytes) -> None:
    """One Modbus request in a UDP datagram."""
    message = struct.pack(">HHHB", 1, 0, len(pdu) + 1, 1) + pdu
    udp = struct.pack(">HHHH", 50000, 502, 8 + len(message), 0) + message
    ip = struct.pack(
        ">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])
    )
    frame = bytes.fromhex("020000000002020000000001") + struct.pack(">H", 0x0800) + ip + udp
    header = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    path.write_bytes(header + struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame)


def raised(path: Path) -> set[str]:
    return {alert.detection for alert in Pipeline().run([path]).alerts}


def test_every_rule_shipped_has_a_message_here_and_none_is_faulty() -> None:
    rules, faults = builtin_rules()
    assert faults == ()
    assert {rule.meta.id for rule in rules} == set(FIRES)


@pytest.mark.parametrize("rule", sorted(FIRES))
def test_a_rule_fires_on_its_message_alone(rule: str, tmp_path: Path) -> None:
    write_capture(tmp_path / "act.pcap", FIRES[rule])
    write_capture(tmp_path / "beside.pcap", SILENT)
    assert raised(tmp_path / "act.pcap") & set(FIRES) == {rule}
    assert not raised(tmp_path / "beside.pcap") & set(FIRES)
