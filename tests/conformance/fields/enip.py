"""What the truth counts of enip."""

from __future__ import annotations

from tests.conformance.fields import Fields, hexadecimal, one, side

FIELDS: Fields = {
    "command": ("enip", lambda m: [f"{side(m)} 0x{m['code']:04x}"]),
    "status": ("enip", lambda m: one(m.get("status"), hexadecimal(8))),
}
