"""The inventory of one scope: takes the engine's events, gives devices."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sightglass.inventory.classify import Behaviour, classify
from sightglass.inventory.facts import Facts, Said
from sightglass.inventory.hosts import Host, Sender, is_group, is_own_link, is_public, is_unicast, resolve
from sightglass.model import AttributeValue, Device, DeviceKind, Evidence, Interface
from sightglass.model.key import stable_key

ADMISSION_PACKETS = 2
"""Frames that make a sender a device; a flood of invented senders with one frame each fills a counter."""

EvidenceOf = Callable[[int, int, int], Evidence]
"""Makes evidence of source, frame and time."""

Row = tuple[Any, ...]


@dataclass(slots=True)
class Scope:
    """Where the addresses mean something."""

    site: str = "default"
    zone: str = "default"
    network: str = "main"


@dataclass(slots=True)
class Inventory:
    """Learns from rows of the engine's tables; `build` makes devices of what was learned.

    The tables' columns are those of ``schema/events.json``.
    """

    scope: Scope
    evidence_of: EvidenceOf
    senders: dict[tuple[str, str], Sender] = field(default_factory=dict)
    announced: set[tuple[str, str]] = field(default_factory=set)
    observations: list[Row] = field(default_factory=list)
    behaviour: dict[str, Behaviour] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    referred: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    by_address: dict[str, str] = field(default_factory=dict)
    not_admitted: int = 0

    def endpoints(self, rows: Iterable[Row]) -> None:
        """Take rows of the table ``endpoint``."""
        for event, mac, ip, vlan, packets, sent, first_ts_ns, last_ts_ns, first_frame, _last, source in rows:
            if is_group(mac):
                mac = ""  # noqa: PLW2901 - a group address is nobody's
            if ip and not is_unicast(ip):
                ip = ""  # noqa: PLW2901 - nor is such an IP address
            if not mac and not ip:
                continue
            sender = self.senders.get((mac, ip))
            if sender is None:
                sender = Sender(mac, ip, set(), 0, 0, first_ts_ns, last_ts_ns, first_frame, source)
                self.senders[mac, ip] = sender
            if vlan is not None:
                sender.vlans.add(vlan)
            if event == "final":
                sender.packets += packets
                sender.bytes += sent
                sender.last_ts_ns = max(sender.last_ts_ns, last_ts_ns)
            sender.first_ts_ns, sender.source, sender.frame = min(
                (sender.first_ts_ns, sender.source, sender.frame), (first_ts_ns, source, first_frame)
            )

    def arps(self, rows: Iterable[Row]) -> None:
        """Take rows of the table ``arp``: who says that an address is his."""
        for row in rows:
            mac, ip = row[1], row[2]
            if ip and is_unicast(ip) and not is_group(mac):
                self.announced.add((mac, ip))

    def observed(self, rows: Iterable[Row]) -> None:
        """Take rows of the table ``observation``."""
        self.observations.extend(rows)

    def flows(self, rows: Iterable[Row]) -> None:
        """Take rows of the table ``flow``: who serves what, who was only spoken to."""
        for row in rows:
            event = row[0]
            if event != "final":
                continue
            transport, client_ip, server_ip = row[3], row[4], row[6]
            client, server = client_ip or row[8], server_ip or row[9]
            protocol, recognised_by = row[11], row[12]
            packets_client, packets_server = row[14], row[15]
            if packets_server:
                self.answered.add(client)
                self.answered.add(server)
            elif (
                server_ip
                and server not in self.referred
                and is_unicast(server_ip)
                and not server_ip.endswith(".255")  # nearly always a subnet's broadcast address
            ):
                self.referred[server] = (row[22], row[20], row[18])
            if not protocol or recognised_by == "port":
                continue
            if transport == "l2":
                if packets_client:
                    self._behaviour(client).sent.add(protocol)
                if packets_server:
                    self._behaviour(server).sent.add(protocol)
                continue
            if packets_client:
                self._behaviour(client).asked.setdefault(protocol, set()).add(server)
            if packets_server:
                self._behaviour(server).served.add(protocol)

    def relations(self, rows: Iterable[Row]) -> None:
        """Take rows of the table ``relation``: what was done to whom, by layers above a flow's own."""
        for row in rows:
            client, server, protocol, categories = row[1] or row[2], row[3] or row[4], row[6], row[7]
            requests, ok, errors, events = row[8], row[9], row[10], row[11]
            if requests or events:
                behaviour = self._behaviour(client)
                if row[3]:
                    behaviour.asked.setdefault(protocol, set()).add(server)
                if requests:
                    behaviour.categories.update(categories.split(","))
            if ok or errors:
                self._behaviour(server).served.add(protocol)

    def _behaviour(self, address: str) -> Behaviour:
        known = self.behaviour.get(address)
        if known is None:
            known = self.behaviour[address] = Behaviour()
        return known

    def build(self, *, detail: bool = True) -> list[Device]:
        """Make devices of all that was learned, in the order of their first appearance.

        Args:
            detail: Whether they carry every candidate value of every attribute, beside the shown ones.
        """
        for mac, ip in self.announced:
            sender = self.senders.get((mac, ip))
            if sender is not None:
                sender.announced = True
                continue
            # It announced an address by ARP that it sent nothing else with.
            own = self.senders.get((mac, ""))
            if own is not None:
                self.senders[mac, ip] = Sender(
                    mac,
                    ip,
                    set(own.vlans),
                    0,
                    0,
                    own.first_ts_ns,
                    own.last_ts_ns,
                    own.frame,
                    own.source,
                    announced=True,
                )
        hosts = resolve(list(self.senders.values()))
        place: dict[str, int] = {}
        for number, host in enumerate(hosts):
            for address in (*host.macs, *host.ips):
                place.setdefault(address, number)
        facts = self._facts(place, len(hosts))
        self.devices = {}
        self.by_address = {}
        for number, host in enumerate(hosts):
            device = self._device(host, facts[number], detail=detail)
            if device is None:
                self.not_admitted += 1
                continue
            self.devices[device.id] = device
            for address in (*host.ips, *host.macs):
                self.by_address.setdefault(address, device.id)
        self._add_referred()
        return list(self.devices.values())

    def _facts(self, place: dict[str, int], count: int) -> list[Facts]:
        facts = [Facts() for _ in range(count)]
        for (
            ip,
            mac,
            _vlan,
            path,
            attribute,
            value,
            protocol,
            confidence,
            own,
            ts_ns,
            frame,
            source,
        ) in self.observations:
            number = place.get(ip) if ip else None
            if number is None and mac and not (ip and not own):
                number = place.get(mac)
            if number is not None:
                said = Said(path, attribute, value, protocol, confidence, source, frame, ts_ns)
                facts[number].add(said)
        return facts

    def _device(self, host: Host, facts: Facts, *, detail: bool) -> Device | None:
        two_way = any(address in self.answered for address in host.ips)
        if host.packets < ADMISSION_PACKETS and not two_way and not facts.values:
            return None
        first = host.first
        scope = self.scope
        external = bool(host.behind) and all(is_public(ip) for ip in host.ips) and bool(host.ips)
        facts.name_vendors(host.macs, first.source, first.frame, first.first_ts_ns)
        behaviour = self._merged_behaviour(host)
        classification = classify(facts, behaviour, router=host.router, external=external)
        strongest = host.macs[0] if host.macs else host.ips[0]
        interfaces = self._interfaces(host)
        address = host.ips[0] if host.ips else strongest
        name = facts.best("name", "plc_name", "hostname", "fqdn", "product_name") or address
        return Device(
            id=stable_key(scope.site, scope.zone, scope.network, strongest)[:16],
            site=scope.site,
            zone=scope.zone,
            network=scope.network,
            name=name,
            kind=DeviceKind.EXTERNAL if external else DeviceKind.DEVICE,
            type=classification.type,
            vendor=facts.best("vendor"),
            model=facts.best("model", "product_name", "module_name", "order_number"),
            firmware=facts.best("firmware"),
            serial=facts.best("serial"),
            order_number=facts.best("order_number"),
            os=facts.best("os"),
            hostname=facts.best("hostname", "fqdn"),
            description=facts.best("description"),
            location=facts.best("location"),
            purdue_level=classification.purdue_level,
            roles=classification.roles,
            interfaces=interfaces,
            protocols=behaviour.protocols,
            modules=facts.modules(),
            first_seen_ns=first.first_ts_ns,
            last_seen_ns=max(sender.last_ts_ns for sender in host.senders),
            packets=host.packets,
            bytes=host.bytes,
            attributes=facts.attributes(self.evidence_of) if detail else (),
        )

    def _merged_behaviour(self, host: Host) -> Behaviour:
        own = [self.behaviour[address] for address in (*host.ips, *host.macs) if address in self.behaviour]
        if len(own) == 1:
            return own[0]
        merged = Behaviour()
        for each in own:
            merged.served |= each.served
            merged.sent |= each.sent
            merged.categories |= each.categories
            for protocol, servers in each.asked.items():
                merged.asked.setdefault(protocol, set()).update(servers)
        return merged

    def _interfaces(self, host: Host) -> tuple[Interface, ...]:
        from sightglass.content.tables import mac_vendor

        if not host.macs:
            vlans = sorted({vlan for sender in host.senders for vlan in sender.vlans})
            return (Interface("", tuple(sorted(host.ips, key=_address_key)), tuple(vlans)),)
        found = []
        for mac in host.macs:
            vlans = sorted({vlan for sender in host.senders if sender.mac == mac for vlan in sender.vlans})
            ips = tuple(sorted(host.ips, key=_address_key))
            found.append(Interface(mac, ips, tuple(vlans), mac_vendor(mac)))
        return tuple(found)

    def _add_referred(self) -> None:
        scope = self.scope
        for address, (source, frame, ts_ns) in sorted(self.referred.items()):
            if address in self.by_address or is_own_link(address):
                continue
            public = is_public(address)
            device = Device(
                id=stable_key(scope.site, scope.zone, scope.network, "referred", address)[:16],
                site=scope.site,
                zone=scope.zone,
                network=scope.network,
                name=address,
                kind=DeviceKind.REFERRED,
                type="Internet" if public else "Unknown",
                interfaces=(Interface("", (address,)),),
                first_seen_ns=ts_ns,
                last_seen_ns=ts_ns,
                attributes=(
                    AttributeValue("address", address, "ip", 10, self.evidence_of(source, frame, ts_ns)),
                ),
            )
            self.devices[device.id] = device
            self.by_address[address] = device.id


def _address_key(ip: str) -> tuple[int, tuple[int, ...] | str]:
    if "." in ip and ":" not in ip:
        return (0, tuple(int(part) for part in ip.split(".")))
    return (1, ip)
