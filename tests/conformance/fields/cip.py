"""What the truth counts of cip."""

from __future__ import annotations

from tests.conformance.fields import Fields, hexadecimal, nested, one


def _class(value: int) -> str:
    """Class ids are written with two digits where one byte holds them, else with four."""
    return f"0x{value:02x}" if value < 0x100 else f"0x{value:04x}"


FIELDS: Fields = {
    "service": ("cip", lambda m: [f"0x{m['code'] | (0x80 if m['kind'] == 'response' else 0):02x}"]),
    "class": ("cip", lambda m: (_class(value) for value in nested(m, "class"))),
    "status": ("cip", lambda m: one(m.get("status"), hexadecimal(2)) if m["kind"] == "response" else []),
}
