"""What the truth counts of mms."""

from __future__ import annotations

from tests.conformance.fields import Fields, Message, one

UNCONFIRMED = {"information_report": "0", "unsolicited_status": "1", "event_notification": "2"}


def _service(kind: str, message: Message) -> list[str]:
    """Tag of a confirmed service; answers that refuse it have a unit of their own."""
    refused = kind == "response" and message.get("error") is not None and "error_class" in message
    return list(one(message.get("code"))) if message["kind"] == kind and not refused else []


FIELDS: Fields = {
    "request": ("mms", lambda m: _service("request", m)),
    "response": ("mms", lambda m: _service("response", m)),
    "unconfirmed": ("mms", lambda m: one(UNCONFIRMED.get(m["function"]))),
}
