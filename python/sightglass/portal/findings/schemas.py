"""Findings as the API shows them."""

from __future__ import annotations

from pydantic import BaseModel, Field

from sightglass.model import Confidence, Finding
from sightglass.portal.shared import DeviceStub, Schema, Stubs
from sightglass.store import FindingFilter
from sightglass.store.shapes import finding_shape


class FindingQuery(BaseModel):
    """Filter of the finding list."""

    q: str = Field("", max_length=200, description="Words that CVE, advisory or title contain.")
    device: list[str] = []
    cve: list[str] = []
    severity: list[str] = []
    confidence: list[Confidence] = []
    site: list[str] = []
    zone: list[str] = []
    kev: bool | None = Field(None, description="Known to be exploited.")
    min_score: float | None = Field(None, ge=0, le=10)

    def to_filter(self) -> FindingFilter:
        """The store's form of it."""
        return FindingFilter(
            q=self.q,
            device=tuple(self.device),
            cve=tuple(self.cve),
            severity=tuple(self.severity),
            confidence=tuple(self.confidence),
            site=tuple(self.site),
            zone=tuple(self.zone),
            kev=self.kev,
            min_score=self.min_score,
        )


class FindingOut(Schema):
    """One vulnerability of one device."""

    id: str
    device: str
    device_stub: DeviceStub | None
    part: str
    cve: str
    advisory: str
    title: str
    score: float | None
    vector: str
    severity: str
    confidence: Confidence
    reason: str
    matched: dict[str, str]
    kev: bool
    epss: float | None
    fixed_in: str
    remediation: str
    references: list[str]
    site: str
    zone: str
    network: str


def finding(item: Finding, stubs: Stubs) -> FindingOut:
    """A finding with its device's name."""
    return FindingOut(**finding_shape(item), device_stub=stubs.get(item.device))
