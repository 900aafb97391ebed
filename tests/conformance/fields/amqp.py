"""What the truth counts of amqp."""

from __future__ import annotations

from tests.conformance.fields import Fields

FIELDS: Fields = {
    "method": ("amqp", lambda m: [f"{m['class_id']}/{m['method_id']}"] if "method_id" in m else []),
}
