"""An X.509 certificate with a made-up key and signature: good to look at, good for nothing else.

Spec: RFC 5280, X.690 (DER).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

SHA256_RSA = bytes.fromhex("300d06092a864886f70d01010b0500")
RSA_KEY = bytes.fromhex("300d06092a864886f70d0101010500")
COMMON_NAME, ORGANISATION = bytes.fromhex("0603550403"), bytes.fromhex("060355040a")
SUBJECT_ALT_NAME = bytes.fromhex("0603551d11")
KEY_BYTES = 256


def _tlv(tag: int, value: bytes) -> bytes:
    size = len(value)
    if size < 0x80:
        return bytes([tag, size]) + value
    raw = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(raw)]) + raw + value


def _name(common_name: str, organisation: str) -> bytes:
    parts = b"".join(
        _tlv(0x31, _tlv(0x30, kind + _tlv(0x0C, text.encode())))
        for kind, text in ((ORGANISATION, organisation), (COMMON_NAME, common_name))
    )
    return _tlv(0x30, parts)


def _time(year: int) -> bytes:
    return _tlv(0x17, f"{datetime(year, 1, 1, tzinfo=UTC):%y%m%d%H%M%SZ}".encode())


def make(
    common_name: str, issuer: str, organisation: str, years: tuple[int, int], rng: random.Random
) -> bytes:
    """A certificate for a host, issued by the plant's own authority, valid from January to January.

    Args:
        common_name: The host's name; also its only alternative name.
        issuer: Common name of the issuer.
        organisation: Organisation of both.
        years: First and last year; both before 2050 (RFC 5280, 4.1.2.5).
        rng: Source of serial number, key and signature.
    """
    number = _tlv(0x02, b"\x01" + rng.randbytes(15))
    modulus = _tlv(0x02, b"\0" + bytes([0x80 | rng.randrange(128)]) + rng.randbytes(KEY_BYTES - 2) + b"\x01")
    key = _tlv(0x30, RSA_KEY + _tlv(0x03, b"\0" + _tlv(0x30, modulus + bytes.fromhex("0203010001"))))
    alternative = _tlv(0x30, _tlv(0x82, common_name.encode()))
    extensions = _tlv(0xA3, _tlv(0x30, _tlv(0x30, SUBJECT_ALT_NAME + _tlv(0x04, alternative))))
    body = _tlv(
        0x30,
        bytes.fromhex("a003020102")
        + number
        + SHA256_RSA
        + _name(issuer, organisation)
        + _tlv(0x30, _time(years[0]) + _time(years[1]))
        + _name(common_name, organisation)
        + key
        + extensions,
    )
    return _tlv(0x30, body + SHA256_RSA + _tlv(0x03, b"\0" + rng.randbytes(KEY_BYTES)))
