"""What the truth counts of dnp3."""

from __future__ import annotations

from tests.conformance.fields import Fields, one

FIELDS: Fields = {
    "al_func": ("dnp3", lambda m: one(m.get("code"))),
    "link_func": ("dnp3", lambda m: one(m.get("link_function")) if m.get("link_prm", True) else []),
    "src": ("dnp3", lambda m: one(m.get("link_source"))),
    "dst": ("dnp3", lambda m: one(m.get("link_destination"))),
    "object": (
        "dnp3",
        lambda m: (f"0x{each['group']:02x}{each['variation']:02x}" for each in m.get("objects", [])),
    ),
}
