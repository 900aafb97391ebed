"""What the truth counts of egd."""

from __future__ import annotations

from tests.conformance.fields import Fields, hexadecimal, one

FIELDS: Fields = {
    "exchange": ("egd", lambda m: one(m.get("exchange_id"), hexadecimal(8))),
    "producer": ("egd", lambda m: one(m.get("producer_id"))),
    "type": ("egd", lambda m: one(m.get("code"))),
}
