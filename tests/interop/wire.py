"""Relays on loopback that keep what passes and write it as a capture.

A real client connects to a relay instead of the real server. The capture shows the conversation as a mirror port of an
Ethernet segment would: with handshakes, sequence numbers, acknowledgements and checksums, between two addresses that
stand for the two programs, to the port that the protocol usually has. Content is passed on untouched.

All relays of a `Wire` live on one event loop in a thread of their own, so clients may block or await as they like.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from sightglass import engine
from sightglass.lab.stack import packet
from sightglass.lab.writer import PcapngWriter

HOST = "127.0.0.1"
CLIENT_IP = "10.60.0.10"
SERVER_IP = "10.60.0.20"
CLIENT_MAC = bytes.fromhex("024000000010")
SERVER_MAC = bytes.fromhex("024000000020")
TTL = 64
WINDOW = 65_535
MSS = 1460  # what an Ethernet of 1500 bytes leaves after the IP and TCP headers
DONT_FRAGMENT = 0x4000
FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10

MAX_PIECES = 20_000  # of all relays together: a loop between two programs must end
MAX_CONNECTIONS = 64
START_S = 10.0
DRAIN_S = 1.0  # how long the end of a conversation is waited for

T = TypeVar("T")


class TooMuchError(RuntimeError):
    """More passed a relay than a test may send."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What one side sent at once.

    Args:
        ts_ns: When the relay had it, Unix nanoseconds.
        conversation: Number of the connection or pair of endpoints.
        upward: From the client to the server.
        data: What was sent; empty for opening and ending.
        flag: `SYN` opens, `FIN` ends that side, 0 carries data.
    """

    ts_ns: int
    conversation: int
    upward: bool
    data: bytes
    flag: int = 0


@dataclass(frozen=True, slots=True)
class Conversation:
    """A TCP connection or a pair of UDP endpoints, as the capture names it."""

    udp: bool
    client_port: int
    server_port: int


@dataclass(slots=True)
class End:
    """Sequence number of what an end sends next."""

    sequence: int


@dataclass(slots=True)
class Recording:
    """What passed, in the order in which the relays saw it."""

    conversations: list[Conversation] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)

    def open(self, conversation: Conversation) -> int:
        """Number of a new conversation."""
        if len(self.conversations) >= MAX_CONNECTIONS:
            raise TooMuchError(f"more than {MAX_CONNECTIONS} conversations")
        self.conversations.append(conversation)
        return len(self.conversations) - 1

    def add(self, conversation: int, *, upward: bool, data: bytes = b"", flag: int = 0) -> None:
        """Keep what one side sent."""
        if len(self.pieces) >= MAX_PIECES:
            raise TooMuchError(f"more than {MAX_PIECES} pieces")
        self.pieces.append(Piece(time.time_ns(), conversation, upward, data, flag))

    def frames(self, port: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Ethernet frames with their times, Unix nanoseconds.

        Args:
            port: The server's port in the capture instead of the protocol's usual one.
        """
        writer = _Frames()
        for piece in self.pieces:
            talk = self.conversations[piece.conversation]
            yield from writer.of(piece, talk, port or talk.server_port)

    def write(self, path: Path, port: int | None = None) -> Path:
        """Write the capture; see `frames`."""
        with path.open("wb") as out:
            writer = PcapngWriter(out)
            for ts_ns, frame in self.frames(port):
                writer.write(ts_ns, frame)
        return path


class _Frames:
    """Puts headers before what was sent, with the state that TCP and IP need."""

    def __init__(self) -> None:
        self._ends: dict[tuple[int, bool], End] = {}
        self._identifier = 0
        self._last_ns = 0

    def of(self, piece: Piece, talk: Conversation, port: int) -> Iterator[tuple[int, bytes]]:
        self._last_ns = max(self._last_ns + 1_000, piece.ts_ns)
        up, down = (talk.client_port, port), (port, talk.client_port)
        ports = up if piece.upward else down
        if talk.udp:
            yield self._datagram(piece, ports)
            return
        sender, receiver = self._pair(piece)
        if piece.flag == SYN:
            yield self._segment(piece.upward, ports, sender, receiver, SYN)
            sender.sequence += 1
            yield self._segment(not piece.upward, ports[::-1], receiver, sender, SYN | ACK)
            receiver.sequence += 1
            yield self._segment(piece.upward, ports, sender, receiver, ACK)
            return
        for start in range(0, len(piece.data), MSS):
            part = piece.data[start : start + MSS]
            last = start + MSS >= len(piece.data)
            yield self._segment(piece.upward, ports, sender, receiver, ACK | (PSH if last else 0), part)
            sender.sequence = (sender.sequence + len(part)) & 0xFFFFFFFF
        if piece.flag == FIN:
            yield self._segment(piece.upward, ports, sender, receiver, FIN | ACK)
            sender.sequence += 1
        yield self._segment(not piece.upward, ports[::-1], receiver, sender, ACK)

    def _pair(self, piece: Piece) -> tuple[End, End]:
        number = piece.conversation
        client = self._ends.setdefault((number, True), End(1_000_000 * (number + 1)))
        server = self._ends.setdefault((number, False), End(3_000_000_000 + 1_000_000 * number))
        return (client, server) if piece.upward else (server, client)

    def _segment(
        self, upward: bool, ports: tuple[int, int], sender: End, receiver: End, flags: int, data: bytes = b""
    ) -> tuple[int, bytes]:
        source, target = _addresses(upward)
        acknowledged = receiver.sequence if flags & ACK else 0
        option = struct.pack("!BBH", 2, 4, MSS) if flags & SYN else b""
        offset = (20 + len(option)) // 4 << 4
        head = struct.pack("!HHIIBBHHH", *ports, sender.sequence, acknowledged, offset, flags, WINDOW, 0, 0)
        body = head + option + data
        total = packet.checksum(body, packet.pseudo_sum(source, target, packet.IP_TCP) + len(body))
        return self._frame(upward, packet.IP_TCP, body[:16] + total.to_bytes(2, "big") + body[18:])

    def _datagram(self, piece: Piece, ports: tuple[int, int]) -> tuple[int, bytes]:
        source, target = _addresses(piece.upward)
        return self._frame(piece.upward, packet.IP_UDP, packet.udp(source, target, *ports, piece.data))

    def _frame(self, upward: bool, protocol: int, body: bytes) -> tuple[int, bytes]:
        source, target = _addresses(upward)
        self._identifier = (self._identifier + 1) & 0xFFFF
        self._last_ns += 1_000
        payload = packet.ipv4(
            source, target, protocol, body, identifier=self._identifier, ttl=TTL, flags=DONT_FRAGMENT
        )
        macs = (SERVER_MAC, CLIENT_MAC) if upward else (CLIENT_MAC, SERVER_MAC)
        return self._last_ns, packet.ethernet(*macs, packet.ETHERTYPE_IPV4, payload)


def _addresses(upward: bool) -> tuple[bytes, bytes]:
    client, server = packet.ip_bytes(CLIENT_IP), packet.ip_bytes(SERVER_IP)
    return (client, server) if upward else (server, client)


class _UdpUpstream(asyncio.DatagramProtocol):
    """The relay's socket towards the server, one for each client."""

    def __init__(self, relay: _UdpRelay, client: tuple[str, int], number: int) -> None:
        self._relay, self._client, self.number = relay, client, number
        self.transport: asyncio.DatagramTransport | None = None
        self.waiting: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)
        for data in self.waiting:
            transport.sendto(data)

    def send(self, data: bytes) -> None:
        if self.transport is None:
            self.waiting.append(data)
        else:
            self.transport.sendto(data)

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        self._relay.recording.add(self.number, upward=False, data=data)
        if self._relay.transport is not None:
            self._relay.transport.sendto(data, self._client)


class _UdpRelay(asyncio.DatagramProtocol):
    """The socket that clients send to."""

    def __init__(self, wire: Wire, target: int, usual: int) -> None:
        self._wire, self._target, self._usual = wire, target, usual
        self.recording = wire.recording
        self.transport: asyncio.DatagramTransport | None = None
        self._upstream: dict[tuple[str, int], _UdpUpstream] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        upstream = self._upstream.get(addr)
        if upstream is None:
            number = self.recording.open(Conversation(True, addr[1], self._usual))
            upstream = self._upstream[addr] = _UdpUpstream(self, addr, number)
            self._wire.task(self._connect(upstream))
        self.recording.add(upstream.number, upward=True, data=data)
        upstream.send(data)

    async def _connect(self, upstream: _UdpUpstream) -> None:
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: upstream, remote_addr=(HOST, self._target)
        )
        self._wire.transports.append(transport)


class Wire:
    """Relays and what passed them; use as a context manager around the conversation."""

    def __init__(self) -> None:
        self.recording = Recording()
        self.transports: list[asyncio.BaseTransport] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        self._servers: list[asyncio.Server] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="wire", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._call(self._finish())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(START_S)
            self._loop.close()

    def tcp(self, target: int, usual: int, *, listen: int = 0) -> int:
        """Relay TCP connections to a port of loopback.

        Args:
            target: Where the real server listens.
            usual: The port that the capture shows.
            listen: The port to listen on, for clients that know but one; any free one otherwise.

        Returns:
            The port to connect to.
        """
        return self._call(self._tcp(target, usual, listen))

    def udp(self, target: int, usual: int) -> int:
        """Relay datagrams; see `tcp`."""
        return self._call(self._udp(target, usual))

    def task(self, work: Coroutine[Any, Any, None]) -> None:
        """Run on the relays' loop until the wire ends."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(START_S)

    async def _tcp(self, target: int, usual: int, listen: int) -> int:
        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            with contextlib.suppress(asyncio.CancelledError, OSError):  # the wire ends, or the server is gone
                await self._relay(reader, writer, target, usual)

        server = await asyncio.start_server(accept, HOST, listen)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def _relay(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: int, usual: int
    ) -> None:
        up_reader, up_writer = await asyncio.open_connection(HOST, target)
        number = self.recording.open(Conversation(False, writer.get_extra_info("peername")[1], usual))
        self.recording.add(number, upward=True, flag=SYN)
        try:
            await asyncio.gather(
                self._pump(number, reader, up_writer, upward=True),
                self._pump(number, up_reader, writer, upward=False),
            )
        finally:
            up_writer.close()
            writer.close()

    async def _pump(
        self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, upward: bool
    ) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65_536):
                self.recording.add(number, upward=upward, data=data)
                writer.write(data)
                await writer.drain()
        self.recording.add(number, upward=upward, flag=FIN)
        with contextlib.suppress(OSError):
            writer.write_eof()

    async def _udp(self, target: int, usual: int) -> int:
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _UdpRelay(self, target, usual), local_addr=(HOST, 0)
        )
        self.transports.append(transport)
        return int(transport.get_extra_info("sockname")[1])

    async def _finish(self) -> None:
        for server in self._servers:
            server.close()
        current = [task for task in self._tasks if not task.done()]
        if current:
            _, late = await asyncio.wait(current, timeout=DRAIN_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        for transport in self.transports:
            transport.close()
        await asyncio.sleep(0)


def rows(capture: Path, *protocols: str) -> list[dict[str, Any]]:
    """Decoded messages of these protocols (of all when none is named), in frame order."""
    decoding = engine.decode([capture], protocols=list(protocols) or None)
    found: list[dict[str, Any]] = []
    while (batch := decoding.next()) is not None:
        found += [json.loads(line) for line in bytes(batch).splitlines()]
    return found


def free_port(*, udp: bool = False) -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM if udp else socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int) -> None:
    """Return when somebody accepts connections there.

    Raises:
        TimeoutError: Nobody does.
    """
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nobody listens on port {port}")


def pick(found: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    """These fields of every message; None where a message lacks one."""
    return [tuple(row.get(name) for name in names) for row in found]
