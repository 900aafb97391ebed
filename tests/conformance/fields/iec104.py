"""What the truth counts of iec104."""

from __future__ import annotations

from tests.conformance.fields import Fields, hexadecimal, one

FIELDS: Fields = {
    "apci_type": ("iec104", lambda m: [{"I": "0x00000000", "S": "0x00000001", "U": "0x00000003"}[m["apci"]]]),
    "cause": ("iec104", lambda m: one(m.get("cause"))),
    "common_addr": ("iec104", lambda m: one(m.get("common_address"))),
    "typeid": ("iec104", lambda m: one(m.get("code"))),
    "u_type": ("iec104", lambda m: one(m.get("u_type"), hexadecimal(8))),
}
