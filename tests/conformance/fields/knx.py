"""What the truth counts of knx."""

from __future__ import annotations

from tests.conformance.fields import Fields, hexadecimal, one

FIELDS: Fields = {"service": ("knx", lambda m: one(m.get("service_type"), hexadecimal(4)))}
