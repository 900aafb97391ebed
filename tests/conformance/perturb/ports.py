"""Which end of a conversation serves, and which ports both get."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from sightglass import engine

TCP, UDP = 6, 17
FIRST_FREE = 1024
FIRST_FOREIGN = 20_011
STEP = 13
IOT = {"mqtt", "coap", "amqp", "dds", "someip", "dicom", "ocpp"}
KEPT = {2222}
"""CIP I/O: the port is told to the other end in the payload, which is not changed."""

End = tuple[bytes, int]


@lru_cache(maxsize=1)
def registered() -> frozenset[int]:
    """Usual ports of all protocols."""
    return frozenset(port for each in engine.protocols() for port in _ports(each["over"]))


@lru_cache(maxsize=1)
def foreign() -> dict[int, int]:
    """Usual ports of industrial and IoT protocols, each with a port that is nobody's."""
    own = {
        port
        for each in engine.protocols()
        if each["industrial"] or each["name"] in IOT
        for port in _ports(each["over"])
    }
    free = (port for port in range(FIRST_FOREIGN, 65_536, STEP) if port not in registered())
    return dict(zip(sorted(own - KEPT), free, strict=False))


@lru_cache(maxsize=1)
def _turn() -> dict[int, int]:
    """Ports of clients, shifted."""
    taken = registered() | set(foreign().values())
    free = [port for port in range(FIRST_FREE, 65_536) if port not in taken]
    return dict(zip(free, free[101:] + free[:101], strict=True))


def _ports(over: Iterable[str]) -> list[int]:
    return [
        int(number)
        for text in over
        if text.startswith(("tcp ", "udp "))
        for number in re.findall(r"\d+", text)
    ]


@dataclass(slots=True)
class Ports:
    """Maps the ports of one capture."""

    foreign_ports: bool
    servers: set[tuple[int, bytes, int]] = field(default_factory=set)
    """Transport, address and port of who serves: from handshakes and from what is known of the capture."""

    def handshake(self, source: End, destination: End, flags: int) -> None:
        """Learns from a SYN or its answer."""
        if flags & 0x12 == 0x02:
            self.servers.add((TCP, *destination))
        elif flags & 0x12 == 0x12:
            self.servers.add((TCP, *source))

    def mapped(self, transport: int, own: End, peer: End) -> int:
        """The port that `own` gets in a conversation with `peer`."""
        port = own[1]
        if self.foreign_ports and port in foreign():
            return foreign()[port]
        serves = (transport, *own) in self.servers
        if serves or port in registered() or not self._is_server(transport, peer):
            return port
        return _turn().get(port, port)

    def _is_server(self, transport: int, end: End) -> bool:
        return (transport, *end) in self.servers or end[1] in registered()
