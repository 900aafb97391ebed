"""What was seen on the wire: a device with its parts, names and roles."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sightglass.model.attribute import AttributeValue
from sightglass.model.interface import Interface
from sightglass.model.module import Module


class DeviceKind(StrEnum):
    """Whether it belongs to the inventory or is only known from hearsay."""

    DEVICE = "device"
    """Sends on the watched network."""
    EXTERNAL = "external"
    """Behind a router, outside the known subnets."""
    REFERRED = "referred"
    """Only spoken to or spoken of; never sent anything."""


@dataclass(frozen=True, slots=True)
class Device:
    """One device in its scope.

    Attributes:
        id: Stable hash of site, zone and the strongest first evidence; unique over all scopes.
        site: Scope, with `zone` and `network` part of every key.
        network: Broadcast domain within the zone.
        name: Best human name: plant name, host name, or an address.
        type: One of the types of `content/tables`, ``"Unknown"`` when nothing shows it.
        purdue_level: 0 to 5, 3.5 for the DMZ; None when not known.
        roles: ``engineering_station``, ``modbus_server``, ``router`` ... ascending.
        protocols: Short names of the protocols it was seen to speak, ascending.
        first_seen_ns: Packet time, Unix nanoseconds.
        attributes: Every candidate value with its source, by name, then falling confidence.
        important: Set by an operator; None in an edit means no opinion.
        aliases: Ids of devices that were merged into this one.
        risk: 0 to 100; 0 when nothing is known against it.
    """

    id: str
    site: str
    zone: str
    name: str
    network: str = "main"
    kind: DeviceKind = DeviceKind.DEVICE
    type: str = "Unknown"
    vendor: str = ""
    model: str = ""
    firmware: str = ""
    serial: str = ""
    order_number: str = ""
    os: str = ""
    hostname: str = ""
    description: str = ""
    location: str = ""
    purdue_level: float | None = None
    roles: tuple[str, ...] = ()
    interfaces: tuple[Interface, ...] = ()
    protocols: tuple[str, ...] = ()
    modules: tuple[Module, ...] = ()
    first_seen_ns: int = 0
    last_seen_ns: int = 0
    important: bool = False
    authorized: bool = True
    packets: int = 0
    bytes: int = 0
    risk: int = 0
    attributes: tuple[AttributeValue, ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def ips(self) -> tuple[str, ...]:
        """All its network addresses, interface by interface."""
        return tuple(ip for interface in self.interfaces for ip in interface.ips)

    @property
    def macs(self) -> tuple[str, ...]:
        """All its link-layer addresses."""
        return tuple(interface.mac for interface in self.interfaces if interface.mac)

    @property
    def address(self) -> str:
        """The address to show: its first network address, else its first MAC."""
        return next(iter(self.ips), next(iter(self.macs), ""))
