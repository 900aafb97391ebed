"""What the examples' protocols put on the wire."""

from __future__ import annotations

import binascii
import struct
from functools import reduce
from operator import xor

from tests.plugins.wire import CLIENT, SERVER, Wire

SCALE_PORT, BEACON_PORT = 4305, 9330


def scale(address: int, command: str, data: str = "") -> bytes:
    """A frame of Scale Link."""
    inner = f"{address:02d}{command}{data}".encode() + b"\x03"
    return b"\x02" + inner + f"{reduce(xor, inner):02X}".encode()


def beacon(kind: int, station: int, sequence: int, body: bytes) -> bytes:
    """A datagram of Beacon Telemetry."""
    data = struct.pack(">2sBBHIH", b"BT", 1, kind, len(body), station, sequence) + body
    return data + struct.pack(">H", binascii.crc_hqx(data, 0xFFFF))


def announce(station: int, vendor: str, model: str, firmware: str, serial: str) -> bytes:
    """Who a station is."""
    texts = enumerate((vendor, model, firmware, serial), 1)
    body = b"".join(bytes([kind, len(text)]) + text.encode() for kind, text in texts)
    return beacon(1, station, 0, body)


def sample(station: int, sequence: int, *values: float) -> bytes:
    """Values of channels 1 and up."""
    channels = [struct.pack(">BBf", number, 1, value) for number, value in enumerate(values, 1)]
    return beacon(2, station, sequence, b"".join(channels))


SCALE_TALK = (
    (True, scale(3, "I")),
    (False, scale(3, "I", "ALibra Works;TX-40;2.6.1;SN-88123")),
    (True, scale(3, "W")),
    (False, scale(3, "W", "AS 12.5")),
    (True, scale(3, "W")),
    (False, scale(3, "W", "AD 13.75")),
    (True, scale(3, "P", "25.0")),
    (False, scale(3, "P", "A")),
    (True, scale(3, "Z")),
    (False, scale(3, "Z", "N2")),
)


def scale_flow(
    wire: Wire, client: str = CLIENT, server: str = SERVER, port: int = SCALE_PORT, client_port: int = 50_000
) -> None:
    """A connection to a weighing terminal."""
    wire.connect(client, client_port, server, port)
    for asks, data in SCALE_TALK:
        if asks:
            wire.tcp(client, client_port, server, port, data)
        else:
            wire.tcp(server, port, client, client_port, data)


def beacon_flow(wire: Wire, station: str = "192.0.2.30", center: str = "192.0.2.5", samples: int = 4) -> None:
    """A station that announces itself, sends samples, and is told to be silent."""
    port = BEACON_PORT
    wire.udp(station, port, center, port, announce(7, "Halde Radio", "BX-2", "1.4.0", "0042"))
    for number in range(samples):
        wire.udp(station, port, center, port, sample(7, number, 20.0 + number, 101.5))
    wire.udp(center, port, station, port, beacon(4, 7, 90, struct.pack(">H", 7200)))
    wire.udp(station, port, center, port, beacon(5, 7, 91, bytes([4, 0])))
