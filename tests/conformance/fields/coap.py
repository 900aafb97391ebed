"""What the truth counts of coap."""

from __future__ import annotations

from tests.conformance.fields import Fields, one

FIELDS: Fields = {
    "code": ("coap", lambda m: one(m.get("message_code"))),
    "uri_path": (
        "coap",
        lambda m: (part for part in m.get("uri_path", [])) if m["kind"] == "request" else [],
    ),
}
