"""Order of addresses, for output that reads well and never changes."""

from __future__ import annotations

from ipaddress import ip_address


def ip_key(text: str) -> tuple[int, int, str]:
    """Sort key for IP texts: IPv4 before IPv6 by number, then what is no address by text."""
    try:
        address = ip_address(text)
    except ValueError:
        return (9, 0, text)
    return (address.version, int(address), text)
