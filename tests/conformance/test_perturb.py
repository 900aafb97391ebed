"""A perturbed copy says the same between others: checksums stay right, numbers change alike on both sides."""

from __future__ import annotations

import struct
from itertools import pairwise
from pathlib import Path

import pytest

from sightglass.lab.stack.packet import checksum
from tests.conformance.perturb import addresses, checksums, perturb, transactions
from tests.conformance.perturb.containers import frames, load
from tests.conformance.perturb.ports import foreign

CLIENT, SERVER = (bytes((10, 1, 0, 1)), 2000), (bytes((10, 1, 0, 2)), 502)
ASK = bytes((0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 2))
ANSWER = bytes((0, 1, 0, 0, 0, 7, 1, 3, 4, 0, 1, 0, 2))
HEADERS = 14 + 20 + 20
End = tuple[bytes, int]


def segment(source: End, destination: End, flags: int, payload: bytes, numbers: tuple[int, int]) -> bytes:
    """An Ethernet frame with right checksums."""
    tcp = struct.pack(">HHIIBBHHH", source[1], destination[1], *numbers, 0x50, flags, 8192, 0, 0) + payload
    pseudo = source[0] + destination[0] + struct.pack(">HH", 6, len(tcp))
    tcp = tcp[:16] + checksum(pseudo + tcp).to_bytes(2, "big") + tcp[18:]
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 7, 0, 64, 6, 0) + source[0] + destination[0]
    ip = ip[:10] + checksum(ip).to_bytes(2, "big") + ip[12:]
    return b"\x02\0\0\0\0\x02\x02\0\0\0\0\x01\x08\0" + ip + tcp


CONVERSATION = (
    segment(CLIENT, SERVER, 0x02, b"", (100, 0)),
    segment(SERVER, CLIENT, 0x12, b"", (900, 101)),
    segment(CLIENT, SERVER, 0x18, ASK, (101, 901)),
    segment(SERVER, CLIENT, 0x18, ANSWER, (901, 113)),
)


def capture(path: Path, packets: tuple[bytes, ...]) -> Path:
    records = b"".join(
        struct.pack("<IIII", 1_600_000_000 + at, 999_999, len(packet), len(packet)) + packet
        for at, packet in enumerate(packets)
    )
    path.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1) + records)
    return path


def copied(folder: Path, packets: tuple[bytes, ...], *, foreign_ports: bool = False) -> list[bytes]:
    target = folder / "copy.pcap"
    perturb(capture(folder / "plain.pcap", packets), target, foreign_ports=foreign_ports)
    data = load(target)
    return [bytes(data[frame.start : frame.end]) for frame in frames(data)]


@pytest.mark.parametrize("foreign_ports", [False, True])
def test_a_conversation_stays_one(tmp_path: Path, foreign_ports: bool) -> None:
    out = copied(tmp_path, CONVERSATION, foreign_ports=foreign_ports)
    assert [len(packet) for packet in out] == [len(packet) for packet in CONVERSATION]
    server = foreign()[502] if foreign_ports else 502
    clients = set()
    for packet, plain in zip(out, CONVERSATION, strict=True):
        ip, tcp = packet[14:34], packet[34:]
        assert checksum(ip) == 0
        assert checksum(ip[12:20] + struct.pack(">HH", 6, len(tcp)) + tcp) == 0
        assert packet[26:30] != plain[26:30]
        assert packet[30:34] != plain[30:34]
        assert packet[:6] != plain[:6]
        ports = set(struct.unpack(">HH", tcp[:4]))
        assert server in ports
        clients |= ports - {server}
    assert len(clients) == 1
    assert clients != {CLIENT[1]}
    opened, accepted, asked, answered = (struct.unpack(">II", packet[38:46]) for packet in out)
    assert opened[0] != 100
    assert opened[1] == 0
    assert accepted[1] == asked[0] == (opened[0] + 1) % 2**32
    assert asked[1] == answered[0] == (accepted[0] + 1) % 2**32
    assert out[2][HEADERS : HEADERS + 2] == out[3][HEADERS : HEADERS + 2] != ASK[:2]
    assert out[2][HEADERS + 2 :] == ASK[2:]


def test_a_wrong_checksum_stays_wrong(tmp_path: Path) -> None:
    wrong = bytearray(CONVERSATION[2])
    wrong[50] ^= 0x40
    out = copied(tmp_path, (bytes(wrong),))[0]
    assert checksum(out[26:34] + struct.pack(">HH", 6, len(out) - 34) + out[34:]) != 0


def test_times_move_on_and_keep_their_order(tmp_path: Path) -> None:
    copied(tmp_path, CONVERSATION)
    data = load(tmp_path / "copy.pcap")
    times = [struct.unpack_from("<II", data, frame.start - 16) for frame in frames(data)]
    assert times[0][0] > 1_600_000_000 + 86_400
    assert all(earlier < later for earlier, later in pairwise(times))
    assert all(fraction < 1_000_000 for _, fraction in times)


@pytest.mark.parametrize("cut", range(1, len(ANSWER)))
def test_a_stream_changes_the_same_in_pieces(cut: int) -> None:
    whole = transactions.Stream(transactions.modbus).segment(2**32 - 5, ANSWER + ASK)
    assert whole != ANSWER + ASK
    pieces = transactions.Stream(transactions.modbus)
    first = pieces.segment(2**32 - 5, ANSWER + ASK[:cut])
    again = pieces.segment(2**32 - 5, ANSWER + ASK[:cut])
    assert first == again
    # A head that is not whole is left alone, and so is what follows of it.
    if cut >= 8 or cut == len(ASK):
        assert first + pieces.segment(2**32 - 5 + len(first), ASK[cut:]) == whole


def test_addresses_are_mapped_one_to_one() -> None:
    octets = {addresses.ipv4(bytes((192, 168, 1, last))) for last in range(256)}
    assert len(octets) == 256
    assert addresses.ipv4(bytes((192, 168, 1, 255)))[3] == 255
    assert addresses.ipv4(bytes((172, 20, 1, 9)))[1] & 0xF0 == 16
    for kept in ((224, 0, 0, 9), (255, 255, 255, 255), (127, 0, 0, 1), (0, 0, 0, 0)):
        assert addresses.ipv4(bytes(kept)) == bytes(kept)
    assert addresses.mac(b"\xff" * 6) == b"\xff" * 6
    assert addresses.mac(b"\0\x1b\x1b\x12\x83\xf7")[:3] == b"\0\x1b\x1b"


def test_a_changed_dnp3_frame_has_its_crc() -> None:
    block = b"\xc0\xc1\x01\x3c\x02\x06"
    frame = b"\x05\x64\x0b\xc4\x01\0\x02\0\xaa\xbb" + block + checksums.dnp(block)
    changed = transactions.datagram(transactions.dnp3, frame)
    assert changed[:11] == frame[:11]
    assert changed[11] == 0xC6
    assert changed[12:16] == frame[12:16]
    assert checksums.dnp(changed[10:16]) == changed[16:18]
    damaged = frame[:-1] + bytes((frame[-1] ^ 1,))
    assert transactions.datagram(transactions.dnp3, damaged) == damaged
