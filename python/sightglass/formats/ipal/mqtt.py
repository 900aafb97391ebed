"""MQTT: payloads by their topics."""

from __future__ import annotations

from collections.abc import Hashable

from sightglass.formats.ipal.protocol import ACTION, COMMAND, CONFIRMATION, INFORM, INTERROGATE, IpalProtocol
from sightglass.formats.shapes import Json

_ACTIVITIES = {
    "connect": COMMAND,
    "connack": ACTION,
    "disconnect": COMMAND,
    "publish": INFORM,
    "subscribe": INTERROGATE,
    "suback": INFORM,
    "unsubscribe": COMMAND,
    "unsuback": ACTION,
    "pingreq": INTERROGATE,
    "pingresp": INFORM,
}
_ANSWERS = {
    "connack": "connect",
    "suback": "subscribe",
    "unsuback": "unsubscribe",
    "pingresp": "pingreq",
    "puback": "publish",
    "pubrec": "publish",
    "pubrel": "pubrec",
    "pubcomp": "pubrel",
}


def _data(message: Json, request: Json | None) -> Json:
    del request
    function = message["function"]
    if function == "publish" and message.get("topic"):
        return {message["topic"]: message.get("payload")}
    if function == "subscribe":
        topics = [topic for topic in message.get("topics", ()) if isinstance(topic, dict)]
        return {topic["topic"]: None for topic in topics if "topic" in topic}
    return {}


def _activity(message: Json) -> str:
    return _ACTIVITIES.get(message["function"], CONFIRMATION)


def _asks(message: Json) -> Hashable | None:
    function = message["function"]
    if function not in _ANSWERS.values() or (function == "publish" and not message.get("qos")):
        return None
    return (function, message.get("packet_id"), message["src"])


def _answers(message: Json) -> Hashable | None:
    asked = _ANSWERS.get(message["function"])
    return (asked, message.get("packet_id"), message["dst"]) if asked is not None else None


PROTOCOL = IpalProtocol("mqtt", "mqtt", _data, activity=_activity, asks=_asks, answers=_answers)
