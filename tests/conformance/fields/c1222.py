"""What the truth counts of c1222."""

from __future__ import annotations

from tests.conformance.fields import Fields, hexadecimal, one

FIELDS: Fields = {
    "command": ("c1222", lambda m: one(m.get("code"), hexadecimal(2)) if m["kind"] == "request" else []),
}
