"""The relays change nothing, and the captures are what a network would carry."""

from __future__ import annotations

import hashlib
import socket
import socketserver
import threading
from pathlib import Path

from sightglass.lab.stack import packet
from tests.interop.wire import HOST, Wire, rows


class Echo(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        while data := self.request.recv(4096):
            self.request.sendall(data)


class EchoDatagram(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        data, out = self.request
        out.sendto(data, self.client_address)


def test_a_stream_passes_whole_and_its_segments_are_in_sequence(tmp_path: Path) -> None:
    sent = b"".join(hashlib.sha256(bytes([number])).digest() for number in range(256)) * 4
    with socketserver.ThreadingTCPServer((HOST, 0), Echo) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with (
            Wire() as wire,
            socket.create_connection((HOST, wire.tcp(server.server_address[1], 4711))) as client,
        ):
            client.sendall(sent)
            client.shutdown(socket.SHUT_WR)
            got = b"".join(iter(lambda: client.recv(65_536), b""))
        server.shutdown()
    assert got == sent
    streams: dict[int, bytes] = {}
    expected: dict[int, int] = {}
    for _, frame in wire.recording.frames():
        ip = frame[14 : 14 + int.from_bytes(frame[16:18], "big")]
        assert packet.checksum(ip[:20]) == 0
        tcp = ip[20:]
        assert packet.checksum(tcp, packet.pseudo_sum(ip[12:16], ip[16:20], 6) + len(tcp)) == 0
        port, sequence = int.from_bytes(tcp[:2], "big"), int.from_bytes(tcp[4:8], "big")
        data, flags = tcp[tcp[12] >> 4 << 2 :], tcp[13]
        assert sequence == expected.get(port, sequence)
        expected[port] = sequence + len(data) + (flags & 1) + (flags >> 1 & 1)
        streams[port] = streams.get(port, b"") + data
    assert list(streams.values()) == [sent, sent]
    assert rows(wire.recording.write(tmp_path / "echo.pcapng"), "modbus") == []


def test_a_datagram_passes_and_comes_back() -> None:
    with socketserver.ThreadingUDPServer((HOST, 0), EchoDatagram) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with Wire() as wire, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(5)
            client.sendto(b"there and back", (HOST, wire.udp(server.server_address[1], 4711)))
            assert client.recv(100) == b"there and back"
        server.shutdown()
    frames = [frame for _, frame in wire.recording.frames()]
    assert [frame[42:] for frame in frames] == [b"there and back".ljust(18, b"\0")] * 2
    ip = frames[0][14:]
    length = int.from_bytes(ip[2:4], "big") - 20
    assert packet.checksum(ip[20 : 20 + length], packet.pseudo_sum(ip[12:16], ip[16:20], 17) + length) == 0
