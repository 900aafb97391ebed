"""The wire that the mirror port sees: frames, ARP, and datagrams."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Protocol

from sightglass.lab.protocols.base import Mark, Message
from sightglass.lab.sim import MILLISECOND_NS, SECOND_NS, TICK_NS, Script, Simulator
from sightglass.lab.stack import packet

if TYPE_CHECKING:
    import random

    from sightglass.lab.stack.host import Host
    from sightglass.lab.writer import CaptureWriter

ZERO_MAC = bytes(6)
BROADCAST_MAC = b"\xff" * 6
ARP_LIFETIME_S = (240, 600)
LARGEST_DATAGRAM_BYTES = 1472  # one Ethernet frame; the plant's protocols never need fragments


class Tag(Protocol):
    """Something that wants to know which frames belong to it (an attack)."""

    def note(self, frame: int, ts_ns: int) -> None:
        """Hear of one frame by its 1-based number and its time."""


class Counter(Protocol):
    """Where sent messages are counted."""

    def count(self, message: Message, sender: str, ends: tuple[str, str], frame: int) -> None:
        """Count a message that ``sender`` completed in ``frame``; ``ends`` are client and server."""


class Network:
    """Sends frames into the capture at the simulator's time.

    Args:
        sim: The clock.
        writer: Receives every frame.
        rng: Source of jitter; one per run.
        counter: Receives every application message.
    """

    def __init__(self, sim: Simulator, writer: CaptureWriter, rng: random.Random, counter: Counter) -> None:
        self.sim = sim
        self.rng = rng
        self.frames = 0
        self.last_ts_ns = sim.start_ns - TICK_NS
        self.retransmissions = 0
        self.tcp_sessions = 0
        # About one segment in ten thousand is lost behind the mirror port and sent again.
        self.loss_rate = 0.0001
        self._writer = writer
        self._counter = counter

    def emit(self, frame: bytes, tag: Tag | None = None) -> int:
        """Write a frame now and return its number.

        Frames of one instant are set a tick apart, so that no two share a stamp.
        """
        ts_ns = max(self.sim.now_ns, self.last_ts_ns + TICK_NS)
        ts_ns -= ts_ns % TICK_NS
        self.last_ts_ns = ts_ns
        self.frames += 1
        self._writer.write(ts_ns, frame)
        if tag is not None:
            tag.note(self.frames, ts_ns)
        return self.frames

    def count(self, message: Message, sender: str, ends: tuple[str, str], frame: int) -> None:
        """Enter a completed message into the truth; ``ends`` are the addresses of client and server."""
        self._counter.count(message, sender, ends, frame)

    def _count_from(self, message: Message, source: Host, ends: tuple[str, str], frame: int) -> None:
        # Without a connection, who answers is the server.
        if message.marks and message.marks[0].kind == "response":
            ends = (ends[1], ends[0])
        self._counter.count(message, source.name, ends, frame)

    def link(
        self,
        source: Host,
        target_mac: bytes,
        kind: int,
        message: Message,
        tag: Tag | None = None,
        priority: int = 0,
    ) -> int:
        """Send a message directly over Ethernet."""
        vlan = source.vlan
        number = self.emit(packet.ethernet(target_mac, source.mac, kind, message.data, vlan, priority), tag)
        self._count_from(message, source, (source.mac_text, packet.mac_text(target_mac)), number)
        return number

    def control(self, source: Host, target_mac: bytes, kind: int | None, message: Message) -> int:
        """Send a link control message, which is never tagged; without a type it goes as an LLC frame."""
        if kind is None:
            data = packet.llc_frame(target_mac, source.mac, message.data)
        else:
            data = packet.ethernet(target_mac, source.mac, kind, message.data)
        number = self.emit(data)
        self._count_from(message, source, (source.mac_text, packet.mac_text(target_mac)), number)
        return number

    def ip(self, source: Host, target: Host, protocol: int, payload: bytes, tag: Tag | None = None) -> int:
        """Send one IPv4 packet to a host whose MAC is known."""
        flags = 0x4000 if source.profile.dont_fragment else 0
        # A host behind the router is some hops away.
        ttl = source.profile.ttl - (9 if source.gateway else 0)
        data = packet.ipv4(
            source.ip, target.ip, protocol, payload, identifier=source.next_identifier(), ttl=ttl, flags=flags
        )
        vlan = source.vlan
        return self.emit(packet.ethernet(target.mac, source.mac, packet.ETHERTYPE_IPV4, data, vlan), tag)

    # -- ARP -----------------------------------------------------------------------------------------------

    def arp(
        self,
        operation: int,
        sender: Host,
        target_mac: bytes,
        target_ip: bytes,
        *,
        to_mac: bytes,
        sender_ip: bytes | None = None,
        tag: Tag | None = None,
    ) -> int:
        """Send one ARP packet; ``sender_ip`` may differ from the host's own (spoofing, probes)."""
        data = packet.arp(
            operation, sender.mac, sender.ip if sender_ip is None else sender_ip, target_mac, target_ip
        )
        name, kind = ("request", "request") if operation == 1 else ("reply", "response")
        mark = Mark("arp", name, operation, "request" if kind == "request" else "response")
        return self.link(sender, to_mac, packet.ETHERTYPE_ARP, Message(data, (mark,)), tag)

    def resolve(self, source: Host, target: Host, tag: Tag | None = None) -> Script:
        """Ask for the target's MAC when the cache has run out; both sides learn, and verify later.

        The verifying unicast requests (RFC 1122, 2.3.2.1) make a pair show the same ARP whoever speaks first.
        """
        source, target = source.link, target.link
        now_ns = self.sim.now_ns
        if source.ip == target.ip or source.arp_until_ns.get(target.ip, 0) > now_ns:
            return
        self.arp(1, source, ZERO_MAC, target.ip, to_mac=BROADCAST_MAC, tag=tag)
        self._remember(source, target)
        yield self.jitter_ns(0.0002, 0.0006)
        self.arp(2, target, source.mac, source.ip, to_mac=source.mac, tag=tag)
        self.sim.spawn(self._verify(target, source, tag), self.rng.uniform(0.4, 1.5))
        yield self.jitter_ns(0.00005, 0.0002)

    def _verify(self, source: Host, target: Host, tag: Tag | None) -> Script:
        for asking, asked in ((source, target), (target, source)):
            self.arp(1, asking, ZERO_MAC, asked.ip, to_mac=asked.mac, tag=tag)
            yield self.jitter_ns(0.0002, 0.0006)
            self.arp(2, asked, asking.mac, asking.ip, to_mac=asking.mac, tag=tag)
            yield self.jitter_ns(0.2, 0.6)

    def _remember(self, source: Host, target: Host) -> None:
        life_ns = self.rng.randrange(ARP_LIFETIME_S[0], ARP_LIFETIME_S[1]) * SECOND_NS
        source.arp_until_ns[target.ip] = self.sim.now_ns + life_ns
        target.arp_until_ns[source.ip] = self.sim.now_ns + life_ns + 10 * MILLISECOND_NS

    # -- datagrams -----------------------------------------------------------------------------------------

    def send_udp(
        self,
        source: Host,
        target: Host,
        ports: tuple[int, int],
        message: Message,
        tag: Tag | None = None,
    ) -> Script:
        """Send a datagram to one host; ``ports`` is (source, target)."""
        yield from self.resolve(source, target, tag)
        self._datagram(source, target.mac, target.ip, ports, message, tag)

    def cast_udp(
        self,
        source: Host,
        target_ip: bytes,
        ports: tuple[int, int],
        message: Message,
        tag: Tag | None = None,
        *,
        source_ip: bytes | None = None,
    ) -> None:
        """Send a datagram to a multicast group or a broadcast address (RFC 1112, 6.4)."""
        if 224 <= target_ip[0] <= 239:
            mac = b"\x01\x00\x5e" + bytes([target_ip[1] & 0x7F]) + target_ip[2:]
        else:
            mac = BROADCAST_MAC
        self._datagram(source, mac, target_ip, ports, message, tag, source_ip)

    def _datagram(
        self,
        source: Host,
        target_mac: bytes,
        target_ip: bytes,
        ports: tuple[int, int],
        message: Message,
        tag: Tag | None,
        source_ip: bytes | None = None,
    ) -> None:
        if len(message.data) > LARGEST_DATAGRAM_BYTES:
            text = f"a datagram of {len(message.data)} bytes does not fit one frame"
            raise ValueError(text)
        sender_ip = source.ip if source_ip is None else source_ip
        body = packet.udp(sender_ip, target_ip, ports[0], ports[1], message.data)
        ttl = source.profile.ttl - (9 if source.gateway else 0)
        if target_ip[:3] == b"\xe0\x00\x00":
            ttl = 255 if ports[1] == 5353 else 1  # RFC 6762, 11; other local groups stay on the link
        data = packet.ipv4(
            sender_ip, target_ip, packet.IP_UDP, body, identifier=source.next_identifier(), ttl=ttl
        )
        frame = packet.ethernet(target_mac, source.mac, packet.ETHERTYPE_IPV4, data, source.vlan)
        ends = (packet.ip_text(sender_ip), packet.ip_text(target_ip))
        self._count_from(message, source, ends, self.emit(frame, tag))

    def ask_udp(
        self,
        client: Host,
        server: Host,
        port: int,
        request: Message,
        response: Message | None,
        *,
        client_port: int | None = None,
        tag: Tag | None = None,
    ) -> Script:
        """A request and its answer; none when the server stays silent."""
        source_port = client.next_port() if client_port is None else client_port
        yield from self.send_udp(client, server, (source_port, port), request, tag)
        if response is None:
            return
        yield self.think_ns(server)
        yield from self.send_udp(server, client, (port, source_port), response, tag)

    def ping(
        self, client: Host, server: Host | None, target_ip: bytes, sequence: int, tag: Tag | None = None
    ) -> Script:
        """An ICMP echo (RFC 792); nobody answers when ``server`` is none."""
        body = struct.pack("!HH", 1, sequence) + bytes(range(0x61, 0x77)) + bytes(range(0x61, 0x6B))
        if server is None:
            self.arp(1, client, ZERO_MAC, target_ip, to_mac=BROADCAST_MAC, tag=tag)
            return
        yield from self.resolve(client, server, tag)
        for kind, source, target in ((8, client, server), (0, server, client)):
            head = bytes([kind, 0])
            data = head + packet.checksum(head + b"\0\0" + body).to_bytes(2, "big") + body
            number = self.ip(source, target, packet.IP_ICMP, data, tag)
            name = "echo_request" if kind else "echo_reply"
            mark = Mark("icmp", name, kind, "request" if kind else "response")
            self._count_from(Message(data, (mark,)), source, (source.ip_text, target.ip_text), number)
            yield self.jitter_ns(0.0004, 0.0015)

    # -- time ----------------------------------------------------------------------------------------------

    def jitter_ns(self, low_s: float, high_s: float) -> int:
        """A random wait between two times."""
        return int((low_s + (high_s - low_s) * self.rng.random()) * 1_000_000) * TICK_NS

    def think_ns(self, host: Host) -> int:
        """How long a host's application takes to answer; now and then it is busy."""
        base = host.profile.think_s
        slow = 8.0 if self.rng.random() < 0.01 else 1.0
        return self.jitter_ns(base * 0.5, base * 1.9 * slow)
