"""``http``: a request with its response.

Differs from Suricata: `length` is what the response's head announces, not what was counted; credentials are never shown.
"""

from __future__ import annotations

from collections.abc import Sequence

from sightglass.formats.eve.event_type import EventType, Step
from sightglass.formats.shapes import INTEGER, STRING, Json, known, record

SCHEMA = record(
    {
        "hostname": STRING,
        "http_port": INTEGER,
        "url": STRING,
        "http_user_agent": STRING,
        "http_content_type": STRING,
        "http_refer": STRING,
        "http_method": STRING,
        "protocol": STRING,
        "status": INTEGER,
        "redirect": STRING,
        "length": INTEGER,
    }
)
_MAX_PORT = 65_535


def _host(text: str | None) -> tuple[str | None, int | None]:
    if text is None:
        return None, None
    name, colon, port = text.rpartition(":")
    if (
        colon
        and name
        and port.isascii()
        and port.isdigit()
        and not name.endswith(":")
        and int(port) <= _MAX_PORT
    ):
        return name, int(port)
    return text, None


def _step(message: Json) -> Step | None:
    if message["kind"] not in {"request", "response"}:
        return None
    informational = 100 <= message.get("status", 0) < 200
    return Step(None, message["kind"] == "request", message["kind"] == "response" and not informational)


def _content(messages: Sequence[Json]) -> Json | None:
    request = next((message for message in messages if message["kind"] == "request"), {})
    response = next((message for message in reversed(messages) if message["kind"] == "response"), {})
    if not request and not response:
        return None
    hostname, port = _host(request.get("host"))
    version = request.get("version", response.get("version"))
    return known(
        hostname=hostname,
        http_port=port,
        url=request.get("uri"),
        http_user_agent=request.get("user_agent"),
        http_content_type=response.get("content_type"),
        http_refer=request.get("referer"),
        http_method=request.get("method"),
        protocol=f"HTTP/{version}" if version is not None else None,
        status=response.get("status"),
        redirect=response.get("location"),
        length=response.get("content_length"),
    )


EVENT = EventType("http", ("http",), _content, SCHEMA, step=_step)
