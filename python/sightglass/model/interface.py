"""A device's connection to the network."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interface:
    """One link-layer address and what was used with it.

    Attributes:
        mac: Lower case with colons; ``""`` when only the network address is known.
        ips: Addresses as text, in the order of `sightglass.model.address.ip_key`.
        vlans: 802.1Q ids seen on its frames, ascending; empty for untagged.
        vendor: Owner of the MAC's prefix, ``""`` unknown.
    """

    mac: str
    ips: tuple[str, ...] = ()
    vlans: tuple[int, ...] = ()
    vendor: str = ""
