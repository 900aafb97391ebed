"""What the truth counts of sv."""

from __future__ import annotations

from tests.conformance.fields import Fields

FIELDS: Fields = {
    "svid": ("sv", lambda m: (each["sv_id"] for each in m.get("asdus", []))),
}
