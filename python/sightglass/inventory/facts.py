"""What was said about devices: every candidate value is kept, the most trusted one is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from sightglass.content.tables import mac_vendor, numbered
from sightglass.model import AttributeValue, Evidence, Module

OUI_CONFIDENCE = 20
"""A MAC prefix names the maker of the interface, which need not be the maker of the device."""
TABLE_CONFIDENCE = 90
"""A vendor number said by the device itself, named by a table."""
MAX_VALUES = 200
"""Candidate values kept of one device; repeated announcements of changing names must not fill memory."""

VENDOR_TABLES = {
    "enip": "cip-vendors",
    "cip": "cip-vendors",
    "bacnet": "bacnet-vendors",
    "profinet_dcp": "profinet-vendors",
}
"""Which table names the vendor number of a protocol."""

_MODULE_FIELDS = {
    "vendor": "vendor",
    "model": "model",
    "product_name": "model",
    "firmware": "firmware",
    "serial": "serial",
    "name": "name",
    "module_name": "name",
    "order_number": "order_number",
    "device_type": "kind",
}


class Said(NamedTuple):
    """One candidate value of an attribute, and where it was said."""

    path: str
    name: str
    value: str
    protocol: str
    confidence: int
    source: int
    frame: int
    ts_ns: int


@dataclass(slots=True)
class Facts:
    """Values said about one device."""

    values: dict[tuple[str, str, str, str], Said] = field(default_factory=dict)
    by_name: dict[str, list[Said]] = field(default_factory=dict)
    """Of the device itself, without its modules."""
    dropped: int = 0

    def add(self, said: Said) -> None:
        """Keep a value unless the same protocol said it already."""
        key = said[:4]
        if key in self.values:
            return
        if len(self.values) >= MAX_VALUES:
            self.dropped += 1
            return
        self.values[key] = said
        if not said.path:
            self.by_name.setdefault(said.name, []).append(said)

    def best(self, *names: str) -> str:
        """The most trusted value of the first of these attributes that has one; later values win a tie."""
        for name in names:
            found = self.by_name.get(name)
            if found:
                best = found[0]
                for said in found:
                    if said.confidence >= best.confidence:
                        best = said
                return best.value
        return ""

    def all(self, *names: str) -> list[str]:
        """Every value of these attributes, of the device itself."""
        return [said.value for name in names for said in self.by_name.get(name, ())]

    def attributes(self, evidence_of: Callable[[int, int, int], Evidence]) -> tuple[AttributeValue, ...]:
        """All values: by path and name, then falling confidence, then first evidence."""
        ordered = sorted(
            self.values.values(),
            key=lambda said: (
                said.path, said.name, -said.confidence, said.ts_ns, said.value, said.protocol,
            ),
        )  # fmt: skip
        return tuple(
            AttributeValue(
                said.name,
                said.value,
                said.protocol,
                said.confidence,
                evidence_of(said.source, said.frame, said.ts_ns),
                path=said.path,
            )
            for said in ordered
        )

    def modules(self) -> tuple[Module, ...]:
        """Parts with an identity of their own, by their place."""
        parts: dict[str, dict[str, tuple[int, str]]] = {}
        for said in self.values.values():
            if not said.path:
                continue
            target = _MODULE_FIELDS.get(said.name)
            if target is None:
                continue
            known = parts.setdefault(said.path, {}).get(target)
            if known is None or said.confidence > known[0]:
                parts[said.path][target] = (said.confidence, said.value)
        return tuple(
            Module(slot=path, **{name: text for name, (_, text) in fields.items()})
            for path, fields in sorted(parts.items(), key=lambda item: _natural(item[0]))
        )

    def name_vendors(self, macs: Iterable[str], source: int, frame: int, ts_ns: int) -> None:
        """Add vendors that tables know for numbers and MAC prefixes; the frame is the sender's first."""
        for said in list(self.values.values()):
            if said.name == "vendor_id" and said.protocol in VENDOR_TABLES:
                self._name(said, "vendor", numbered(VENDOR_TABLES[said.protocol], said.value))
            elif said.name == "device_type" and said.protocol in {"enip", "cip"}:
                self._name(said, "device_type_name", numbered("cip-device-types", said.value))
        for mac in macs:
            owner = mac_vendor(mac)
            if owner:
                self.add(Said("", "vendor", owner, "oui", OUI_CONFIDENCE, source, frame, ts_ns))

    def _name(self, said: Said, attribute: str, text: str) -> None:
        if text:
            self.add(said._replace(name=attribute, value=text, confidence=TABLE_CONFIDENCE))


def _natural(text: str) -> tuple[tuple[int, int | str], ...]:
    return tuple((0, int(part)) if part.isdigit() else (1, part) for part in text.split())
