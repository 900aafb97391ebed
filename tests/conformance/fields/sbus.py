"""What the truth counts of sbus."""

from __future__ import annotations

from tests.conformance.fields import Fields, hexadecimal, one

FIELDS: Fields = {
    "command": ("sbus", lambda m: one(m.get("code"), hexadecimal(2)) if m["kind"] == "request" else []),
}
