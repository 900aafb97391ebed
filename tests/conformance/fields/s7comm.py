"""What the truth counts of s7comm."""

from __future__ import annotations

from tests.conformance.fields import Fields, hexadecimal, one

FIELDS: Fields = {
    "rosctr": ("s7comm", lambda m: one(m.get("rosctr"))),
    "func": (
        "s7comm",
        lambda m: [f"{m['rosctr']}/0x{m.get('code', 0):02x}"] if m.get("rosctr") in {1, 3, 7} else [],
    ),
    "error_class": ("s7comm", lambda m: one(m.get("error_class"), hexadecimal(2))),
    "szl_id": ("s7comm", lambda m: one(m.get("szl_id"), hexadecimal(4))),
    "userdata_group": (
        "s7comm",
        lambda m: [f"{m['type']}/{m['group']}"] if "group" in m and "type" in m else [],
    ),
    "userdata_subfunc": (
        "s7comm",
        lambda m: [f"{m['group']}/{m['subfunction']}"] if "group" in m and "subfunction" in m else [],
    ),
}
