"""Devices as the API shows them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from sightglass.model import Device
from sightglass.portal.shared import Schema
from sightglass.store import DeviceFilter, Related
from sightglass.store.shapes import device_shape


class DeviceQuery(BaseModel):
    """Filter of the device list; several values of one field are alternatives."""

    q: str = Field("", max_length=200, description="Words that name, address, vendor, model ... contain.")
    type: list[str] = []
    vendor: list[str] = []
    purdue_level: list[float] = Field([], description="0 to 5, 3.5 for the DMZ, -1 for not known.")
    protocol: list[str] = []
    role: list[str] = []
    site: list[str] = []
    zone: list[str] = []
    kind: list[Literal["device", "external", "referred"]] = Field(
        [], description="`device` sends on the watched network; the others are only known from it."
    )
    important: bool | None = None
    authorized: bool | None = None
    has_alerts: bool | None = Field(None, description="Whether open alerts name it.")
    has_findings: bool | None = None

    def to_filter(self) -> DeviceFilter:
        """The store's form of it."""
        return DeviceFilter(
            q=self.q,
            type=tuple(self.type),
            vendor=tuple(self.vendor),
            purdue_level=tuple(self.purdue_level),
            protocol=tuple(self.protocol),
            role=tuple(self.role),
            site=tuple(self.site),
            zone=tuple(self.zone),
            kind=tuple(self.kind),
            important=self.important,
            authorized=self.authorized,
            has_alerts=self.has_alerts,
            has_findings=self.has_findings,
        )


class InterfaceOut(Schema):
    """A link-layer address and what was used with it."""

    mac: str
    ips: list[str]
    vlans: list[int]
    vendor: str


class ModuleOut(Schema):
    """A part with an identity of its own."""

    slot: str
    kind: str
    name: str
    vendor: str
    model: str
    order_number: str
    firmware: str
    serial: str


class AttributeValueOut(Schema):
    """A candidate value with the frame that shows it."""

    value: str
    protocol: str
    confidence: int
    frame: int
    capture: str
    time: str
    path: str


class RelatedOut(Schema):
    """How much refers to a device."""

    alerts: int = Field(description="Open alerts that name it.")
    worst_alert: str
    findings: int
    worst_finding: str


class DeviceSummary(Schema):
    """A row of the device list."""

    id: str
    name: str
    kind: Literal["device", "external", "referred"]
    type: str
    vendor: str
    model: str
    firmware: str
    serial: str
    order_number: str
    os: str
    hostname: str
    description: str
    location: str
    purdue_level: float | None
    roles: list[str]
    interfaces: list[InterfaceOut]
    protocols: list[str]
    site: str
    zone: str
    network: str
    first_seen: str
    last_seen: str
    important: bool
    authorized: bool
    packets: int
    bytes: int
    risk: int
    related: RelatedOut


class DeviceDetail(DeviceSummary):
    """All that is known of a device."""

    modules: list[ModuleOut]
    attributes: dict[str, list[AttributeValueOut]] = Field(
        description="Every candidate value by attribute, surest first; contradictions are kept."
    )
    aliases: list[str] = Field(description="Ids of devices that were merged into this one.")


class DevicePatch(BaseModel):
    """What an operator says about a device; fields left out stay."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(None, min_length=1, max_length=200)
    type: str | None = Field(None, min_length=1, max_length=100)
    important: bool | None = None
    authorized: bool | None = None
    purdue_level: float | None = Field(None, ge=0, le=5)
    description: str | None = Field(None, max_length=2000)
    location: str | None = Field(None, max_length=500)


class FacetValue(Schema):
    """A value that devices have, and how many."""

    value: str | float
    count: int


class DeviceFacets(Schema):
    """What the filters of the device list can be set to."""

    type: list[FacetValue]
    vendor: list[FacetValue]
    purdue_level: list[FacetValue]
    protocol: list[FacetValue]
    role: list[FacetValue]
    site: list[FacetValue]
    zone: list[FacetValue]
    kind: list[FacetValue]


def _related(found: Related | None) -> RelatedOut:
    found = found or Related()
    return RelatedOut(
        alerts=found.alerts,
        worst_alert=found.worst_alert,
        findings=found.findings,
        worst_finding=found.worst_finding,
    )


def summary(device: Device, related: Related | None) -> DeviceSummary:
    """A device as a row."""
    shape = device_shape(device)
    for name in ("modules", "attributes", "aliases"):
        del shape[name]
    return DeviceSummary(**shape, related=_related(related))


def detail(device: Device, related: Related | None) -> DeviceDetail:
    """A device with everything."""
    return DeviceDetail(**device_shape(device), related=_related(related))
