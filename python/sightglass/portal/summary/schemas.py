"""The overview as the API shows it."""

from __future__ import annotations

from pydantic import Field

from sightglass.portal.alerts.schemas import AlertSummary
from sightglass.portal.devices.schemas import DeviceSummary, FacetValue
from sightglass.portal.shared import Schema


class CaptureOut(Schema):
    """A capture file that was read."""

    name: str
    sha256: str
    label: str
    packets: int
    cut: bool = Field(description="Whether the file ended inside a packet.")
    warnings: list[str]


class ScopeSummary(Schema):
    """Totals of one site and zone."""

    site: str
    zone: str
    packets: int
    bytes: int
    first_time: str | None
    last_time: str | None
    loss: dict[str, int] = Field(
        description="What was dropped, damaged, evicted or not understood, by counter."
    )
    captures: list[CaptureOut]
    not_judged: list[str] = Field(description="Detections that need a baseline and had none.")


class SummaryOut(Schema):
    """The plant at a glance."""

    title: str
    editable: bool = Field(description="Whether alerts and devices can be edited.")
    revision: int = Field(description="Rises with every change of the state.")
    packets: int
    bytes: int
    first_time: str | None
    last_time: str | None
    devices: int = Field(description="On the watched network; external and referred ones apart.")
    external: int
    referred: int
    connections: int
    activities: int
    alerts: int
    open_alerts: int
    findings: int
    values: int
    devices_by_type: list[FacetValue]
    devices_by_vendor: list[FacetValue]
    devices_by_level: list[FacetValue] = Field(description="-1 stands for not known.")
    open_alerts_by_severity: list[FacetValue]
    open_alerts_by_engine: list[FacetValue]
    findings_by_severity: list[FacetValue]
    findings_by_confidence: list[FacetValue]
    activities_by_category: list[FacetValue]
    protocols: list[str] = Field(description="Recognised by content, most messages first.")
    latest_alerts: list[AlertSummary] = Field(description="The worst open alerts.")
    riskiest_devices: list[DeviceSummary]
    scopes: list[ScopeSummary]
