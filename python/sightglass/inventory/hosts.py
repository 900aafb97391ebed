"""Which addresses belong together: who owns an IP address, which MAC is a router's, who is on the link.

Rules, in words:
    A MAC that sends with one IP address owns it. One that sends with several owns those that it announced by
    ARP or neighbour discovery; when it announced none of several, it forwards for others: it is a router, and the
    addresses behind it are hosts of their own, or external ones where the address is public.
    An IP address that several MACs send with belongs to the one that is no router; among equals to the one that
    was there first, so that a spoofer does not take the address over. An announcement counts for less than traffic, and
    that of a MAC with other addresses for less than earlier traffic of another.
    The only inside address of a router, in the subnet of its neighbours, is its own. A MAC whose addresses all belong to
    others still is a device: a second interface, a bridge that copies, or somebody who stands in.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from functools import lru_cache

GROUP_OR_NOBODY = ("00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff")
ROUTED_ADDRESSES = 3
"""Unannounced IPv4 addresses behind one MAC that make it a router: hosts with two or three addresses exist."""


@dataclass(slots=True)
class Sender:
    """What one address combination sent."""

    mac: str
    ip: str
    vlans: set[int] = field(default_factory=set)
    packets: int = 0
    bytes: int = 0
    first_ts_ns: int = 0
    last_ts_ns: int = 0
    frame: int = 0
    source: int = 0
    announced: bool = False
    """Said by ARP or neighbour discovery to be at this MAC."""


@dataclass(slots=True)
class Host:
    """Addresses that are one thing on the network."""

    macs: list[str] = field(default_factory=list)
    ips: list[str] = field(default_factory=list)
    senders: list[Sender] = field(default_factory=list)
    router: bool = False
    behind: str = ""
    """MAC of the router it was seen through."""

    @property
    def packets(self) -> int:
        """Frames it sent."""
        return sum(sender.packets for sender in self.senders)

    @property
    def bytes(self) -> int:
        """Bytes it sent."""
        return sum(sender.bytes for sender in self.senders)

    @property
    def first(self) -> Sender:
        """Its first appearance."""
        return min(self.senders, key=lambda sender: (sender.first_ts_ns, sender.source, sender.frame))


@lru_cache(maxsize=65536)
def is_group(mac: str) -> bool:
    """Whether a MAC names several stations, or none."""
    return mac in GROUP_OR_NOBODY or (len(mac) > 1 and mac[1] in "13579bdf")


@lru_cache(maxsize=65536)
def is_own_link(ip: str) -> bool:
    """Whether an address can only be on the same link: link-local ones are never routed."""
    return ip.startswith(("fe80:", "169.254."))


@lru_cache(maxsize=65536)
def is_public(ip: str) -> bool:
    """Whether an address is one of the public Internet."""
    try:
        return ipaddress.ip_address(ip).is_global
    except ValueError:
        return False


@lru_cache(maxsize=65536)
def is_unicast(ip: str) -> bool:
    """Whether one host can have the address."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    return not (
        address.is_multicast or address.is_unspecified or ip == "255.255.255.255" or ip.startswith("0.")
    )


def resolve(senders: list[Sender]) -> list[Host]:
    """Group senders into hosts.

    Args:
        senders: One per MAC and IP address, without group addresses.

    Returns:
        Hosts in the order of their first appearance; every sender is in exactly one of them.
    """
    by_mac: dict[str, list[Sender]] = {}
    by_ip: dict[str, list[Sender]] = {}
    for sender in senders:
        if sender.mac:
            by_mac.setdefault(sender.mac, []).append(sender)
        if sender.ip:
            by_ip.setdefault(sender.ip, []).append(sender)
    routers = {mac for mac, own in by_mac.items() if _forwards(own, by_ip)}
    several = {mac for mac, own in by_mac.items() if sum("." in each.ip for each in own) > 1}
    owner = {ip: _owner(ip, own, routers, several) for ip, own in by_ip.items()}
    _own_addresses(owner, by_mac, routers)

    hosts: dict[str, Host] = {}
    for sender in senders:
        owned = owner.get(sender.ip, sender.mac) if sender.ip else sender.mac
        key = owned or f"ip {sender.ip}"
        host = hosts.setdefault(key, Host())
        if owned and owned not in host.macs:
            host.macs.append(owned)
            host.router = owned in routers
        if not owned and sender.mac:
            host.behind = host.behind or sender.mac
        if sender.ip and sender.ip not in host.ips:
            host.ips.append(sender.ip)
        host.senders.append(sender)
    # Who never sends for itself still is there: a router, or a MAC that uses addresses of others.
    owners = {mac for host in hosts.values() for mac in host.macs}
    for mac, own in by_mac.items():
        if mac not in owners:
            hosts[mac] = Host(macs=[mac], senders=[_without_address(mac, own)], router=mac in routers)
    return sorted(
        hosts.values(), key=lambda host: (host.first.first_ts_ns, host.first.source, host.first.frame)
    )


def _forwards(own: list[Sender], by_ip: dict[str, list[Sender]]) -> bool:
    """Whether a MAC sends for others."""
    routed = [each for each in own if each.ip and not each.announced and not is_own_link(each.ip)]
    v4 = [each for each in routed if "." in each.ip]
    if len(v4) < 2:
        return False
    if len(v4) >= ROUTED_ADDRESSES and not any(each.announced for each in own):
        return True
    # It sends for addresses that others announced, or that are public beside ones that are not.
    foreign = sum(any(other.announced for other in by_ip[each.ip] if other is not each) for each in v4)
    public = {is_public(each.ip) for each in v4}
    return foreign > 0 or len(public) == 2 or len(v4) >= ROUTED_ADDRESSES


def _without_address(mac: str, own: list[Sender]) -> Sender:
    """All that a MAC sent, as one sender without an IP address."""
    first = min(own, key=lambda each: (each.first_ts_ns, each.source, each.frame))
    return Sender(
        mac,
        "",
        set(first.vlans),
        sum(each.packets for each in own),
        sum(each.bytes for each in own),
        first.first_ts_ns,
        max(each.last_ts_ns for each in own),
        first.frame,
        first.source,
    )


def _owner(ip: str, own: list[Sender], routers: set[str], several: set[str]) -> str:
    """MAC that an IP address belongs to; ``""`` when only routers send with it."""
    if is_own_link(ip):
        candidates = [each for each in own if each.mac]
    else:
        candidates = [each for each in own if each.mac and (each.mac not in routers or each.announced)]
    if not candidates:
        return ""
    started = min((each.first_ts_ns for each in candidates if each.packets), default=None)

    def rank(each: Sender) -> tuple[bool, bool, int, int, int]:
        late = started is not None and each.mac in several and each.first_ts_ns > started
        trusted = each.announced and not late
        return (not each.packets, not trusted, each.first_ts_ns, each.source, each.frame)

    return min(candidates, key=rank).mac


def _own_addresses(owner: dict[str, str], by_mac: dict[str, list[Sender]], routers: set[str]) -> None:
    """Give routers that announced no address the one that only they can have."""
    neighbours = {_subnet(ip) for ip, mac in owner.items() if mac and "." in ip}
    for mac in routers:
        inside = {each.ip for each in by_mac[mac] if "." in each.ip and not is_public(each.ip)}
        if len(inside) == 1 and mac not in owner.values():
            (ip,) = inside
            if not owner[ip] and _subnet(ip) in neighbours:
                owner[ip] = mac


def _subnet(ip: str) -> str:
    """The /24 of an IPv4 address: the mask itself is not seen."""
    return ip.rsplit(".", maxsplit=1)[0]
