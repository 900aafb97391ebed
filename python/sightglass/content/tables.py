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
def _prefixes() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    parts: tuple[dict[str, str], dict[str, str], dict[str, str]] = ({}, {}, {})
    for prefix, owner in table("oui").items():
        parts[{6: 0, 7: 1, 9: 2}[len(prefix)]][prefix] = owner
    return parts


@lru_cache(maxsize=4096)
def mac_vendor(mac: str) -> str:
    """Owner of a MAC's prefix; ``""`` for unknown, group and locally administered addresses.

    Args:
        mac: Lower case with colons.
    """
    digits = mac.replace(":", "")
    if len(digits) != 12 or int(digits[1], 16) & 3:
        return ""
    large, medium, small = _prefixes()
    return small.get(digits[:9]) or medium.get(digits[:7]) or large.get(digits[:6], "")
