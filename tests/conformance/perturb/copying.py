"""Walks through the packets of a capture and changes what the folder's other files say."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from tests.conformance.perturb import addresses, checksums, transactions
from tests.conformance.perturb.containers import Clock, Frame, frames, load, move_times
from tests.conformance.perturb.ports import TCP, UDP, End, Ports

NULL, ETHERNET, RAW_12, RAW, LINUX_COOKED, IPV4_ONLY, IPV6_ONLY = 0, 1, 12, 101, 113, 228, 229
IP, ARP, IP6 = 0x0800, 0x0806, 0x86DD
TAGS = {0x8100, 0x88A8, 0x9100}
SACK = 5


@dataclass(frozen=True, slots=True)
class Segment:
    """Where a TCP segment or datagram stands: the address family's length, its header's place, the packet's end."""

    transport: int
    source: bytes
    destination: bytes
    at: int
    end: int

    def ends(self, data: bytearray) -> tuple[End, End]:
        """Sender and receiver."""
        source, destination = struct.unpack_from(">HH", data, self.at)
        return (self.source, source), (self.destination, destination)


def perturb(source: Path, target: Path, *, foreign_ports: bool, conversations: Iterable[Any] = ()) -> None:
    """Writes a perturbed copy.

    Args:
        source: A pcap or pcapng file, possibly packed with gzip.
        target: What to write, not packed.
        foreign_ports: Whether servers move to ports that nobody registered.
        conversations: Of the truth file: who serves where no handshake was captured.

    Raises:
        ValueError: The file is neither pcap nor pcapng.
    """
    data = load(source)
    copy = _Copy(data, Ports(foreign_ports))
    copy.learn(conversations)
    for frame in frames(data):
        copy.frame(frame)
    move_times(data, Clock())
    target.write_bytes(data)


@dataclass(slots=True)
class _Copy:
    data: bytearray
    ports: Ports
    streams: dict[tuple[End, End], transactions.Stream] = field(default_factory=dict)

    def learn(self, conversations: Iterable[Any]) -> None:
        """Finds who serves."""
        numbers = {"tcp": TCP, "udp": UDP}
        for each in conversations:
            transport = numbers.get(str(each.get("proto", "")).lower())
            if transport is not None and each.get("port"):
                self.ports.servers.add((transport, ip_address(each["server"]).packed, int(each["port"])))
        for frame in frames(self.data):
            segment = self._locate(frame)
            if segment is not None and segment.transport == TCP and segment.at + 14 <= segment.end:
                self.ports.handshake(*segment.ends(self.data), self.data[segment.at + 13])

    def frame(self, frame: Frame) -> None:
        """Changes one packet where it stands."""
        segment = self._locate(frame)
        if segment is not None:
            self._segment(segment)
        self._addresses(frame)

    def _network(self, frame: Frame) -> tuple[int, int]:
        """Ethertype and place of the network layer; an ethertype of 0 when there is none."""
        data, at, end = self.data, frame.start, frame.end
        if frame.link in {ETHERNET, LINUX_COOKED}:
            at += 12 if frame.link == ETHERNET else 14
            if at + 2 > end:
                return 0, at
            kind = int.from_bytes(data[at : at + 2], "big")
            while kind in TAGS and at + 6 <= end:
                at += 4
                kind = int.from_bytes(data[at : at + 2], "big")
            return kind, at + 2
        if frame.link == NULL:
            at += 4
        elif frame.link not in {RAW_12, RAW, IPV4_ONLY, IPV6_ONLY}:
            return 0, at
        version = data[at] >> 4 if at < end else 0
        return {4: IP, 6: IP6}.get(version, 0), at

    def _locate(self, frame: Frame) -> Segment | None:
        """The TCP segment or datagram whose header this packet holds."""
        data = self.data
        kind, at = self._network(frame)
        if kind == IP and at + 20 <= frame.end and data[at] >> 4 == 4:
            transport = data[at + 9]
            if int.from_bytes(data[at + 6 : at + 8], "big") & 0x1FFF:
                return None
            source, destination = bytes(data[at + 12 : at + 16]), bytes(data[at + 16 : at + 20])
            length = int.from_bytes(data[at + 2 : at + 4], "big")
            end = min(frame.end, at + length) if length else frame.end
            at += (data[at] & 0x0F) * 4
        elif kind == IP6 and at + 40 <= frame.end:
            transport = data[at + 6]
            source, destination = bytes(data[at + 8 : at + 24]), bytes(data[at + 24 : at + 40])
            length = int.from_bytes(data[at + 4 : at + 6], "big")
            end = min(frame.end, at + 40 + length) if length else frame.end
            at += 40
        else:
            return None
        if transport not in {TCP, UDP} or at + 8 > end:
            return None
        return Segment(transport, source, destination, at, end)

    def _segment(self, segment: Segment) -> None:
        data, at = self.data, segment.at
        source, destination = segment.ends(data)
        before = checksums.total(segment.source + segment.destination) + checksums.total(
            data[at : segment.end]
        )
        place = at + (16 if segment.transport == TCP else 6)
        if segment.transport == UDP:
            self._numbers(segment, at + 8, transactions.UDP_READERS, source, destination)
        elif at + 20 <= segment.end:
            self._sequence(segment, source, destination)
        ports = self.ports
        struct.pack_into(
            ">HH",
            data,
            at,
            ports.mapped(segment.transport, source, destination),
            ports.mapped(segment.transport, destination, source),
        )
        if place + 2 > segment.end:
            return
        checksum = int.from_bytes(data[place : place + 2], "big")
        if checksum == 0 and segment.transport == UDP:
            return
        mapped = addresses.ipv4 if len(segment.source) == 4 else addresses.ipv6
        after = checksums.total(mapped(segment.source) + mapped(segment.destination))
        after += checksums.total(data[at : segment.end])
        data[place : place + 2] = checksums.updated(checksum, before, after).to_bytes(2, "big")

    def _sequence(self, segment: Segment, source: End, destination: End) -> None:
        """Shifts sequence, acknowledgement and selective acknowledgements; then the payload's numbers."""
        data, at = self.data, segment.at
        head = at + (data[at + 12] >> 4) * 4
        if head <= segment.end:
            self._numbers(segment, head, transactions.TCP_READERS, source, destination)
        own, peer = _shift(source, destination), _shift(destination, source)
        self._add(at + 4, own)
        if data[at + 13] & 0x10:
            self._add(at + 8, peer)
        option = at + 20
        while option + 2 <= min(head, segment.end):
            kind, length = data[option], data[option + 1]
            if kind == 0:
                break
            if kind == 1:
                option += 1
                continue
            if kind == SACK:
                for edge in range(option + 2, min(option + length, head, segment.end) - 3, 4):
                    self._add(edge, peer)
            option += max(length, 2)

    def _add(self, at: int, amount: int) -> None:
        value = struct.unpack_from(">I", self.data, at)[0]
        struct.pack_into(">I", self.data, at, (value + amount) & 0xFFFF_FFFF)

    def _numbers(
        self,
        segment: Segment,
        at: int,
        readers: dict[int, transactions.Reader],
        source: End,
        destination: End,
    ) -> None:
        reader = readers.get(destination[1]) or readers.get(source[1])
        payload = bytes(self.data[at : segment.end])
        if reader is None or not payload:
            return
        if segment.transport == UDP:
            self.data[at : segment.end] = transactions.datagram(reader, payload)
            return
        sequence = struct.unpack_from(">I", self.data, segment.at + 4)[0]
        stream = self.streams.setdefault((source, destination), transactions.Stream(reader))
        self.data[at : segment.end] = stream.segment(sequence, payload)

    def _addresses(self, frame: Frame) -> None:
        data = self.data
        if frame.link == ETHERNET and frame.start + 12 <= frame.end:
            self._map(frame.start, 6, addresses.mac)
            self._map(frame.start + 6, 6, addresses.mac)
        elif frame.link == LINUX_COOKED and frame.start + 16 <= frame.end and data[frame.start + 5] == 6:
            self._map(frame.start + 6, 6, addresses.mac)
        kind, at = self._network(frame)
        if kind == IP and at + 20 <= frame.end and data[at] >> 4 == 4:
            before = checksums.total(data[at + 12 : at + 20])
            self._map(at + 12, 4, addresses.ipv4)
            self._map(at + 16, 4, addresses.ipv4)
            checksum = int.from_bytes(data[at + 10 : at + 12], "big")
            after = checksums.total(data[at + 12 : at + 20])
            data[at + 10 : at + 12] = checksums.updated(checksum, before, after).to_bytes(2, "big")
        elif kind == IP6 and at + 40 <= frame.end:
            self._map(at + 8, 16, addresses.ipv6)
            self._map(at + 24, 16, addresses.ipv6)
        elif kind == ARP and at + 28 <= frame.end and data[at + 4 : at + 6] == b"\x06\x04":
            self._map(at + 8, 6, addresses.mac)
            self._map(at + 14, 4, addresses.ipv4)
            self._map(at + 18, 6, addresses.mac)
            self._map(at + 24, 4, addresses.ipv4)

    def _map(self, at: int, length: int, mapping: Any) -> None:
        self.data[at : at + length] = mapping(bytes(self.data[at : at + length]))


def _shift(source: End, destination: End) -> int:
    """By how much the sequence numbers of one direction are shifted."""
    text = json.dumps([source[0].hex(), source[1], destination[0].hex(), destination[1]])
    return zlib.crc32(text.encode())
