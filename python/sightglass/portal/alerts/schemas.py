"""Alerts as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from sightglass.model import Alert, AlertStatus, Engine, Severity
from sightglass.portal.shared import DeviceStub, EvidenceOut, Schema, Stubs
from sightglass.store import AlertFilter
from sightglass.store.shapes import alert_shape


class AlertQuery(BaseModel):
    """Filter of the alert list."""

    q: str = Field("", max_length=200, description="Words that title, summary, address or name contain.")
    severity: list[Severity] = []
    engine: list[Engine] = []
    status: list[AlertStatus] = []
    detection: list[str] = []
    protocol: list[str] = []
    device: list[str] = Field([], description="Device id as source or destination.")
    site: list[str] = []
    zone: list[str] = []
    open: bool | None = Field(None, description="True leaves out what is closed, learned or muted.")

    def to_filter(self) -> AlertFilter:
        """The store's form of it."""
        return AlertFilter(
            q=self.q,
            severity=tuple(self.severity),
            engine=tuple(self.engine),
            status=tuple(self.status),
            detection=tuple(self.detection),
            protocol=tuple(self.protocol),
            device=tuple(self.device),
            site=tuple(self.site),
            zone=tuple(self.zone),
            open=self.open,
        )


class AlertSummary(Schema):
    """A row of the alert list."""

    id: str
    detection: str
    title: str
    summary: str = Field(description="What happened, with the names of this case.")
    engine: Engine
    severity: Severity
    status: AlertStatus
    learnable: bool
    source: str = Field(description="Device id, empty when unknown.")
    source_address: str
    source_name: str
    destination: str
    destination_address: str
    destination_name: str
    protocol: str
    first_seen: str
    last_seen: str
    count: int
    attack: list[str]
    site: str
    zone: str
    network: str


class TechniqueOut(Schema):
    """A technique of ATT&CK for ICS."""

    id: str
    name: str = Field(description="Empty when the id is not in the table shipped.")


class DetailOut(Schema):
    """A fact of this case."""

    name: str
    text: str


class CommentOut(Schema):
    """A note of an operator."""

    id: str
    author: str
    text: str
    written_at: str


class AlertDetail(AlertSummary):
    """All that is needed to judge an alert."""

    source_device: DeviceStub | None
    destination_device: DeviceStub | None
    techniques: list[TechniqueOut]
    explanation: str
    benign_when: list[str]
    remediation: list[str]
    details: list[DetailOut]
    evidence: list[EvidenceOut]
    packets_bytes: int = Field(description="Size of the capture file with its packets; 0 when there is none.")
    comments: list[CommentOut]


class AlertPatch(BaseModel):
    """An operator's verdict; `learned` makes the traffic part of what is normal."""

    model_config = ConfigDict(extra="forbid")

    status: Literal["new", "active", "closed", "learned", "muted"] | None = None
    comment: str = Field("", max_length=4000)


_DETAIL_ONLY = ("explanation", "benign_when", "remediation", "details", "evidence", "comments")


def alert_summary(item: Alert) -> AlertSummary:
    """An alert as a row."""
    shape = alert_shape(item)
    for name in _DETAIL_ONLY:
        del shape[name]
    return AlertSummary(**shape)


def alert_detail(item: Alert, stubs: Stubs, techniques: Mapping[str, str], packets_bytes: int) -> AlertDetail:
    """An alert with everything."""
    return AlertDetail(
        **alert_shape(item),
        packets_bytes=packets_bytes,
        source_device=stubs.get(item.source),
        destination_device=stubs.get(item.destination),
        techniques=[TechniqueOut(id=name, name=techniques.get(name, "")) for name in item.attack],
    )
