"""TCP connections as a mirror port sees them.

Spec: RFC 9293; RFC 1122 4.2.3.2 (delayed acknowledgement) and 4.2.3.6 (keep-alive); RFC 7323 (scale,
timestamps).
Left out on purpose: congestion control, reordering; a loss is always a lone segment that comes again after
the time-out.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from sightglass.lab.sim import MILLISECOND_NS, Script, seconds
from sightglass.lab.stack import packet

if TYPE_CHECKING:
    from sightglass.lab.protocols.base import Message
    from sightglass.lab.stack.host import Host
    from sightglass.lab.stack.network import Network, Tag

FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
RETRANSMIT_S = (0.3, 0.4)
BURST_SEGMENTS = 8  # segments in flight before the sender waits for the receiver


class Side:
    """One end of a connection: its sequence numbers and what it still has to acknowledge."""

    __slots__ = ("acked_generation", "host", "port", "received", "sequence", "stamp", "unacknowledged")

    def __init__(self, host: Host, port: int, sequence: int) -> None:
        self.host = host
        self.port = port
        self.sequence = sequence
        self.received = 0
        self.unacknowledged = 0
        self.acked_generation = 0
        self.stamp = 0


class TcpSession:
    """One connection from client to server.

    Args:
        net: Where segments go.
        client: Who opens it.
        server: Who accepts it.
        port: Server's port.
        tag: Told about every frame.
        keepalive_s: Idle time after which the client sends a keep-alive.
    """

    def __init__(
        self,
        net: Network,
        client: Host,
        server: Host,
        port: int,
        *,
        tag: Tag | None = None,
        keepalive_s: float | None = None,
    ) -> None:
        self.net = net
        self.tag = tag
        self.client = Side(client, client.next_port(), net.rng.randrange(1 << 32))
        self.server = Side(server, port, net.rng.randrange(1 << 32))
        self.is_open = False
        self._ends = (client.ip_text, server.ip_text)
        self._keepalive_s = keepalive_s
        self._last_ns = 0
        both = client.profile, server.profile
        self._timestamps = all(profile.timestamps for profile in both)
        self._scaled = all(profile.scale is not None for profile in both)
        self._mss = min(profile.mss for profile in both) - (12 if self._timestamps else 0)

    # -- segments ------------------------------------------------------------------------------------------

    def segment(self, side: Side, flags: int, payload: bytes = b"", sequence: int | None = None) -> int:
        """Send one segment and advance the sender's sequence unless it is given."""
        peer = self.server if side is self.client else self.client
        profile = side.host.profile
        number = side.sequence if sequence is None else sequence
        options = self._options(side, flags)
        window = profile.window
        if self._scaled and not flags & SYN:
            window = window * 4 >> (profile.scale or 0) if profile.scale else window
            window = max(window, 512)
        if flags & RST:
            window = 0
        head = struct.pack(
            "!HHIIBBHHH",
            side.port,
            peer.port,
            number,
            side.received if flags & ACK else 0,
            (20 + len(options)) // 4 << 4,
            flags,
            window,
            0,
            0,
        )
        data = head + options + payload
        total = packet.pseudo_sum(side.host.ip, peer.host.ip, packet.IP_TCP) + len(data)
        data = data[:16] + packet.checksum(data, total).to_bytes(2, "big") + data[18:]
        frame = self.net.ip(side.host, peer.host, packet.IP_TCP, data, self.tag)
        side.unacknowledged = 0
        side.acked_generation += 1
        if sequence is None:
            advance = len(payload) + (1 if flags & (SYN | FIN) else 0)
            side.sequence = (side.sequence + advance) & 0xFFFFFFFF
        self._last_ns = self.net.sim.now_ns
        return frame

    def _options(self, side: Side, flags: int) -> bytes:
        profile = side.host.profile
        stamps = b""
        if self._timestamps and not flags & RST:
            peer = self.server if side is self.client else self.client
            side.stamp = (self.net.sim.now_ns // MILLISECOND_NS + side.port * 7919) & 0xFFFFFFFF
            stamps = struct.pack("!BBII", 8, 10, side.stamp, peer.stamp)
        if not flags & SYN:
            return b"\x01\x01" + stamps if stamps else b""
        options = struct.pack("!BBH", 2, 4, profile.mss)
        answering = bool(flags & ACK)
        offered = self.client.host.profile
        sack = profile.sack and (not answering or offered.sack)
        if stamps:
            options += (b"\x04\x02" if sack else b"\x01\x01") + stamps
        elif sack:
            options += b"\x01\x01\x04\x02"
        if profile.scale is not None and (not answering or self._scaled):
            options += b"\x01\x03\x03" + bytes([profile.scale])
        return options

    def _deliver(self, receiver: Side, advance: int) -> None:
        """The peer's segment arrived: acknowledge every second one at once, a lone one later."""
        sender = self.server if receiver is self.client else self.client
        receiver.received = sender.sequence
        receiver.unacknowledged += 1
        if advance == 0:
            return
        if receiver.unacknowledged >= 2:
            wait_ns = self.net.jitter_ns(0.00005, 0.0003)
        else:
            wait_ns = self.net.jitter_ns(
                receiver.host.profile.delayed_ack_s * 0.7, receiver.host.profile.delayed_ack_s
            )
        generation = receiver.acked_generation

        def acknowledge() -> None:
            if self.is_open and receiver.acked_generation == generation and receiver.unacknowledged:
                self.segment(receiver, ACK)

        self.net.sim.call_at(self.net.sim.now_ns + wait_ns, acknowledge)

    # -- life of a connection ------------------------------------------------------------------------------

    def connect(self) -> Script:
        """Three-way handshake."""
        net = self.net
        yield from net.resolve(self.client.host, self.server.host, self.tag)
        net.tcp_sessions += 1
        self.segment(self.client, SYN)
        self.server.received = self.client.sequence
        yield net.jitter_ns(0.0002, 0.0015)
        self.segment(self.server, SYN | ACK)
        self.client.received = self.server.sequence
        yield net.jitter_ns(0.0001, 0.0005)
        self.segment(self.client, ACK)
        self.is_open = True
        if self._keepalive_s is not None:
            self._arm_keepalive(seconds(self._keepalive_s))
        yield net.jitter_ns(0.0001, 0.0008)

    def send(self, message: Message, *, from_client: bool) -> Script:
        """Send one message, cut into segments; counted when its last segment is on the wire."""
        net = self.net
        side, peer = (self.client, self.server) if from_client else (self.server, self.client)
        yield from net.resolve(side.host, peer.host, self.tag)
        data = message.data
        frame = 0
        for number, offset in enumerate(range(0, len(data), self._mss)):
            part = data[offset : offset + self._mss]
            last = offset + self._mss >= len(data)
            sequence = side.sequence
            frame = self.segment(side, ACK | PSH if last else ACK, part)
            if last:
                net.count(message, side.host.name, self._ends, frame)
            if len(data) <= self._mss and net.rng.random() < net.loss_rate:
                net.retransmissions += 1
                yield net.jitter_ns(*RETRANSMIT_S)
                self.segment(side, ACK | PSH, part, sequence)
            self._deliver(peer, len(part))
            if not last:
                pause = (
                    (0.0008, 0.002) if number % BURST_SEGMENTS == BURST_SEGMENTS - 1 else (0.000012, 0.00004)
                )
                yield net.jitter_ns(*pause)

    def exchange(self, request: Message, response: Message | None, *, think_s: float | None = None) -> Script:
        """The client's request, then the server's answer, if there is one."""
        yield from self.send(request, from_client=True)
        if response is None:
            return
        if think_s is None:
            yield self.net.think_ns(self.server.host)
        else:
            yield self.net.jitter_ns(think_s * 0.8, think_s * 1.2)
        yield from self.send(response, from_client=False)
        yield self.net.jitter_ns(0.0002, 0.0006)

    def close(self, *, by_client: bool = True) -> Script:
        """Orderly end: FIN from one side, then from the other."""
        if not self.is_open:
            return
        self.is_open = False
        net = self.net
        first, second = (self.client, self.server) if by_client else (self.server, self.client)
        self.segment(first, FIN | ACK)
        second.received = first.sequence
        yield net.jitter_ns(0.0003, 0.001)
        self.segment(second, ACK)
        yield net.jitter_ns(0.0002, 0.002)
        self.segment(second, FIN | ACK)
        first.received = second.sequence
        yield net.jitter_ns(0.0001, 0.0006)
        self.segment(first, ACK)

    def reset(self, *, by_client: bool = True) -> None:
        """Abort the connection."""
        self.is_open = False
        self.segment(self.client if by_client else self.server, RST | ACK)

    # -- keep-alive ----------------------------------------------------------------------------------------

    def _arm_keepalive(self, idle_ns: int) -> None:
        self.net.sim.call_at(self._last_ns + idle_ns, lambda: self._keepalive(idle_ns))

    def _keepalive(self, idle_ns: int) -> None:
        if not self.is_open:
            return
        if (
            self.net.sim.now_ns - self._last_ns < idle_ns
            or self.client.unacknowledged
            or self.server.unacknowledged
        ):
            self._last_ns = max(self._last_ns, self.net.sim.now_ns - idle_ns + 50 * MILLISECOND_NS)
            self._arm_keepalive(idle_ns)
            return
        self.segment(self.client, ACK, b"", (self.client.sequence - 1) & 0xFFFFFFFF)
        self.net.sim.call_at(self.net.sim.now_ns + self.net.jitter_ns(0.0003, 0.002), self._answer_keepalive)
        self._arm_keepalive(idle_ns)

    def _answer_keepalive(self) -> None:
        if self.is_open:
            self.segment(self.server, ACK)


def probe(
    net: Network, client: Host, server: Host, port: int, *, is_open: bool, tag: Tag | None = None
) -> Script:
    """A half-open scan of one port: SYN, then SYN+ACK and reset, or a reset at once."""
    session = TcpSession(net, client, server, port, tag=tag)
    yield from net.resolve(client, server, tag)
    session.segment(session.client, SYN)
    session.server.received = session.client.sequence
    yield net.jitter_ns(0.0002, 0.001)
    if is_open:
        session.segment(session.server, SYN | ACK)
        yield net.jitter_ns(0.0001, 0.0004)
        session.segment(session.client, RST)
        return
    session.server.sequence = 0
    session.segment(session.server, RST | ACK)
