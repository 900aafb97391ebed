"""What the truth counts of modbus."""

from __future__ import annotations

from tests.conformance.fields import Fields, one, side

FIELDS: Fields = {
    "func": ("modbus", lambda m: [f"{side(m)} {m['code']}"]),
    "unit_id": ("modbus", lambda m: one(m.get("unit_id"))),
    "exception": ("modbus", lambda m: one(m.get("exception"))),
    "diag_subfunc": ("modbus", lambda m: one(m.get("sub_function"))),
    "mei": ("modbus", lambda m: one(m.get("mei_type"))),
}
