"""What the truth counts of ethercat."""

from __future__ import annotations

from tests.conformance.fields import Fields, hexadecimal, one

FIELDS: Fields = {
    "command": ("ethercat", lambda m: one(m.get("code"), hexadecimal(2))),
    "mailbox": ("ethercat", lambda m: one(m.get("mailbox_type"), str)),
}
