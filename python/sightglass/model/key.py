"""Stable keys out of what makes a thing itself."""

from __future__ import annotations

from hashlib import blake2b


def stable_key(*parts: str | int | None) -> str:
    """Hash parts into a key that is the same on every machine and run.

    Each part says where it ends, so that no two different lists give the same bytes.

    Returns:
        32 hexadecimal digits.
    """
    texts = [
        "-" if part is None else f"{len(part)}:{part}" if isinstance(part, str) else f"#{part};"
        for part in parts
    ]
    return blake2b("".join(texts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
