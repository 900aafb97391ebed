"""What the truth counts of mqtt."""

from __future__ import annotations

from tests.conformance.fields import Fields, one

FIELDS: Fields = {
    "type": ("mqtt", lambda m: one(m.get("code"))),
    "topic": (
        "mqtt",
        lambda m: one(m.get("topic")) if "topic" in m else (each["topic"] for each in m.get("topics", [])),
    ),
}
