"""A weakness that a device has, by an advisory."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sightglass.model.key import stable_key


class Confidence(StrEnum):
    """How sure a match of device and advisory is."""

    CONFIRMED = "confirmed"
    """Product and version are known and in the affected range."""
    PROBABLE = "probable"
    """The product is right, the version is not known or cannot be ordered."""
    POSSIBLE = "possible"
    """Only the family fits."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One vulnerability of one device.

    Attributes:
        device: Device id.
        cve: ``CVE-2020-15782``; ``""`` when the advisory names none.
        advisory: Id as its publisher writes it.
        score: CVSS base score, None when the advisory gives none.
        vector: CVSS vector string, ``""`` none.
        severity: ``critical``, ``high``, ``medium``, ``low``, ``none`` or ``""``.
        reason: Why it was matched, in words.
        matched: The device's attributes that decided: name and value.
        kev: Whether it is known to be exploited.
        epss: Probability of exploitation in 30 days, 0 to 1; None unknown.
        fixed_in: Version that repairs it, ``""`` none or unknown.
        part: Module it is about, ``""`` the device itself.
    """

    device: str
    cve: str
    advisory: str
    score: float | None
    vector: str
    severity: str
    confidence: Confidence
    reason: str
    matched: tuple[tuple[str, str], ...] = ()
    kev: bool = False
    epss: float | None = None
    fixed_in: str = ""
    remediation: str = ""
    title: str = ""
    part: str = ""
    site: str = "default"
    zone: str = "default"
    network: str = "main"
    references: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Key of the row."""
        return stable_key(self.site, self.zone, self.network, self.device, self.part, self.advisory, self.cve)
