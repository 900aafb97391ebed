"""What the truth counts of goose."""

from __future__ import annotations

from tests.conformance.fields import Fields, hexadecimal, one

FIELDS: Fields = {
    "appid": ("goose", lambda m: one(m.get("app_id"), hexadecimal(4))),
    "gocbref": ("goose", lambda m: one(m.get("gocb_ref"))),
}
