"""A fact about a device, with its source."""

from __future__ import annotations

from dataclasses import dataclass

from sightglass.model.evidence import Evidence


@dataclass(frozen=True, slots=True)
class AttributeValue:
    """One value that one protocol gave for one attribute; contradicting values are kept side by side.

    Attributes:
        name: ``vendor``, ``model``, ``firmware``, ``serial``, ``hostname``, ``os`` ...
        value: Text as the wire carried it (control characters escaped).
        protocol: Short name of the protocol that said so, ``oui`` or ``rule`` for what content tables add.
        confidence: 1 (weak hint) to 100 (the device says it about itself).
        evidence: The frame that shows it.
        path: Part of the device it is about: ``""`` the device itself, else for example ``slot 3``.
    """

    name: str
    value: str
    protocol: str
    confidence: int
    evidence: Evidence
    path: str = ""
