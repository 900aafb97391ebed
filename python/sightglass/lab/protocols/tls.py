"""TLS 1.2 as an observer sees it: a readable handshake, then records of noise.

Spec: RFC 5246, RFC 6066 (server name), RFC 7301 (ALPN). Usual port TCP 443.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from sightglass.lab.protocols.base import Mark, Message

if TYPE_CHECKING:
    import random

PORT = 443
CHANGE_CIPHER, HANDSHAKE, APPLICATION = 20, 22, 23
CLIENT_HELLO, SERVER_HELLO, CERTIFICATE, SERVER_DONE, CLIENT_KEY = 1, 2, 11, 14, 16
CIPHERS = (0xC030, 0xC02F, 0x009D, 0x009C, 0x0035, 0x002F, 0x00FF)
CHOSEN = 0x009C  # RSA key exchange, so the server sends no key of its own
FINISHED_BYTES = 40  # an encrypted Finished with its nonce and tag


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("!BHH", kind, 0x0303, len(data)) + data


def _handshake(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def _extension(kind: int, body: bytes) -> bytes:
    return struct.pack("!HH", kind, len(body)) + body


def client_hello(name: str, rng: random.Random) -> Message:
    """The client's offer, with the server's name."""
    raw = name.encode()
    extensions = (
        _extension(0, struct.pack("!HBH", len(raw) + 3, 0, len(raw)) + raw)
        + _extension(10, bytes.fromhex("0006001d00170018"))
        + _extension(11, bytes.fromhex("0100"))
        + _extension(13, bytes.fromhex("00080403040105010601"))
        + _extension(16, bytes.fromhex("000908687474702f312e31"))
    )
    ciphers = struct.pack(f"!{len(CIPHERS)}H", *CIPHERS)
    body = struct.pack("!H", 0x0303) + rng.randbytes(32) + b"\0" + struct.pack("!H", len(ciphers)) + ciphers
    body += b"\x01\x00" + struct.pack("!H", len(extensions)) + extensions
    mark = Mark("tls", "client_hello", CLIENT_HELLO, "request")
    return Message(_record(HANDSHAKE, _handshake(CLIENT_HELLO, body)), (mark,))


def server_hello(certificate: bytes, subject: str, rng: random.Random) -> Message:
    """The server's choice and its certificate."""
    hello = struct.pack("!H", 0x0303) + rng.randbytes(32) + b"\x20" + rng.randbytes(32)
    hello += struct.pack("!HB", CHOSEN, 0)
    chain = len(certificate).to_bytes(3, "big") + certificate
    data = (
        _record(HANDSHAKE, _handshake(SERVER_HELLO, hello))
        + _record(HANDSHAKE, _handshake(CERTIFICATE, len(chain).to_bytes(3, "big") + chain))
        + _record(HANDSHAKE, _handshake(SERVER_DONE, b""))
    )
    mark = Mark("tls", "server_hello", SERVER_HELLO, "response")
    return Message(data, (mark,), (("tls", "tls_subject", subject),))


def key_exchange(rng: random.Random) -> Message:
    """The client's secret under the server's key, then its encrypted Finished."""
    secret = rng.randbytes(256)
    key = _handshake(CLIENT_KEY, struct.pack("!H", len(secret)) + secret)
    finished = _record(CHANGE_CIPHER, b"\x01") + _record(HANDSHAKE, rng.randbytes(FINISHED_BYTES))
    return Message(_record(HANDSHAKE, key) + finished)


def finished(rng: random.Random) -> Message:
    """The server's encrypted Finished."""
    return Message(_record(CHANGE_CIPHER, b"\x01") + _record(HANDSHAKE, rng.randbytes(FINISHED_BYTES)))


def data(size: int, rng: random.Random) -> Message:
    """Encrypted application data."""
    return Message(_record(APPLICATION, rng.randbytes(size)))
