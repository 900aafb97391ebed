"""Stable keys out of what makes a thing itself."""

from __future__ import annotations

from hashlib import blake2b


def stable_key(*parts: str | int | None) -> str:
    """Hash parts into a key that is the same on every machine and run.

    Parts are joined with their lengths, so that no two different lists give the same bytes.

    Returns:
        32 hexadecimal digits.
    """
    digest = blake2b(digest_size=16)
    for part in parts:
        raw = b"\x00" if part is None else str(part).encode("utf-8", "surrogatepass")
        digest.update(b"%d:%b" % (len(raw), raw))
    return digest.hexdigest()
