"""What was said about devices: every candidate value is kept, the most trusted one is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

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


@dataclass(slots=True)
class Facts:
    """Values said about one device."""

    values: dict[tuple[str, str, str, str], AttributeValue] = field(default_factory=dict)
    dropped: int = 0

    def add(self, value: AttributeValue) -> None:
        """Keep a value unless the same protocol said it already."""
        key = (value.path, value.name, value.value, value.protocol)
        if key in self.values:
            return
        if len(self.values) >= MAX_VALUES:
            self.dropped += 1
            return
        self.values[key] = value

    def best(self, *names: str) -> str:
        """The most trusted value of the first of these attributes that has one; later values win a tie."""
        for name in names:
            found: AttributeValue | None = None
            for value in self.values.values():
                if (
                    value.name == name
                    and not value.path
                    and (found is None or value.confidence >= found.confidence)
                ):
                    found = value
            if found is not None:
                return found.value
        return ""

    def all(self, *names: str) -> list[str]:
        """Every value of these attributes, of the device itself."""
        return [value.value for value in self.values.values() if value.name in names and not value.path]

    def sorted(self) -> tuple[AttributeValue, ...]:
        """All values: by path and name, then falling confidence, then first evidence."""
        return tuple(
            sorted(
                self.values.values(),
                key=lambda each: (
                    each.path,
                    each.name,
                    -each.confidence,
                    each.evidence.ts_ns,
                    each.value,
                    each.protocol,
                ),
            )
        )

    def modules(self) -> tuple[Module, ...]:
        """Parts with an identity of their own, by their place."""
        parts: dict[str, dict[str, tuple[int, str]]] = {}
        for value in self.values.values():
            target = _MODULE_FIELDS.get(value.name)
            if not value.path or target is None:
                continue
            known = parts.setdefault(value.path, {}).get(target)
            if known is None or value.confidence > known[0]:
                parts[value.path][target] = (value.confidence, value.value)
        return tuple(
            Module(slot=path, **{name: text for name, (_, text) in fields.items()})
            for path, fields in sorted(parts.items(), key=lambda item: _natural(item[0]))
        )

    def name_vendors(self, macs: Iterable[str], evidence: Evidence) -> None:
        """Add vendors that tables know for numbers and MAC prefixes."""
        for value in list(self.values.values()):
            if value.name == "vendor_id" and value.protocol in VENDOR_TABLES:
                vendor = numbered(VENDOR_TABLES[value.protocol], value.value)
                if vendor:
                    self.add(
                        AttributeValue(
                            "vendor",
                            vendor,
                            value.protocol,
                            TABLE_CONFIDENCE,
                            value.evidence,
                            path=value.path,
                        )
                    )
            elif value.name == "device_type" and value.protocol in {"enip", "cip"}:
                name = numbered("cip-device-types", value.value)
                if name:
                    self.add(
                        AttributeValue(
                            "device_type_name",
                            name,
                            value.protocol,
                            TABLE_CONFIDENCE,
                            value.evidence,
                            path=value.path,
                        )
                    )
        for mac in macs:
            owner = mac_vendor(mac)
            if owner:
                self.add(AttributeValue("vendor", owner, "oui", OUI_CONFIDENCE, evidence))


def _natural(text: str) -> tuple[tuple[int, int | str], ...]:
    return tuple((0, int(part)) if part.isdigit() else (1, part) for part in text.split())
