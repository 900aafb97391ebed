"""What the truth counts of synchrophasor."""

from __future__ import annotations

from tests.conformance.fields import Fields, hexadecimal, one

FIELDS: Fields = {
    "frame_type": ("synchrophasor", lambda m: one(m.get("frame_type"), hexadecimal(4))),
    "command": ("synchrophasor", lambda m: one(m.get("command"), hexadecimal(4))),
    "idcode": ("synchrophasor", lambda m: one(m.get("idcode"))),
}
