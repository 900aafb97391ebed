"""Lookup tables: two columns, sorted, behind comment lines with source and licence."""

from __future__ import annotations

from functools import lru_cache

from sightglass.content.root import content_file


@lru_cache(maxsize=16)
def table(name: str) -> dict[str, str]:
    """A whole table, e.g. ``cip-vendors``, by its key as text.

    Raises:
        ContentMissingError: The table is not installed.
    """
    text = content_file("tables", f"{name}.tsv").read_text(encoding="utf-8")
    return dict(line.split("\t", 1) for line in text.splitlines() if not line.startswith("#"))


def numbered(name: str, number: str) -> str:
    """The name that a table gives to a number written as text; ``""`` when it has none."""
    try:
        return table(name).get(f"{int(number, 0):06d}", "")
    except ValueError:
        return ""


@lru_cache(maxsize=1)
def _prefixes() -> bytes:
    """The table of MAC prefixes as it is: sorted lines.

    It is searched in place, for reading all lines takes longer than looking up those of a network.
    """
    text = content_file("tables", "oui.tsv").read_bytes()
    start = 0
    while text.startswith(b"#", start):
        start = text.index(b"\n", start) + 1
    return text[start:]


def _owner(prefix: str) -> str:
    text, wanted = _prefixes(), prefix.encode() + b"\t"
    low, high = 0, len(text)
    while low < high:
        middle = text.rfind(b"\n", 0, (low + high) // 2) + 1
        middle = max(middle, low)
        end = text.find(b"\n", middle)
        line = text[middle : end if end >= 0 else len(text)]
        if line.startswith(wanted):
            return line[len(wanted) :].decode("utf-8")
        if line < wanted:
            low = end + 1 if end >= 0 else high
        else:
            high = middle
    return ""


@lru_cache(maxsize=65536)
def mac_vendor(mac: str) -> str:
    """Owner of a MAC's prefix; ``""`` for unknown, group and locally administered addresses.

    Args:
        mac: Lower case with colons.
    """
    digits = mac.replace(":", "")
    if len(digits) != 12 or int(digits[1], 16) & 3:
        return ""
    return _vendor(digits[:9])


@lru_cache(maxsize=4096)
def _vendor(digits: str) -> str:
    return _owner(digits) or _owner(digits[:7]) or _owner(digits[:6])
