"""``mqtt``: a packet with what acknowledges it.

CONNECT with CONNACK, PUBLISH with PUBACK or with PUBREC, PUBREL and PUBCOMP, SUBSCRIBE with SUBACK, UNSUBSCRIBE with UNSUBACK
and PINGREQ with PINGRESP are one event each. Differs from Suricata: passwords and user names are never shown, `flags` says
that they are there; the payload is shown where it is text, else as hexadecimal digits; AUTH packets carry their code only.
"""

from __future__ import annotations

from collections.abc import Sequence

from sightglass.formats.eve.event_type import EventType, Step
from sightglass.formats.shapes import ANY_OBJECT, BOOLEAN, INTEGER, STRING, Json, array, known, record

_HEADER = {"qos": INTEGER, "retain": BOOLEAN, "dup": BOOLEAN}
_ACKNOWLEDGEMENT = record(
    {**_HEADER, "message_id": INTEGER, "reason_code": INTEGER, "properties": ANY_OBJECT}, "qos"
)
SCHEMA = record(
    {
        "connect": record(
            {
                **_HEADER,
                "protocol_string": STRING,
                "protocol_version": INTEGER,
                "client_id": STRING,
                "flags": record(
                    {
                        "username": BOOLEAN,
                        "password": BOOLEAN,
                        "will_retain": BOOLEAN,
                        "will": BOOLEAN,
                        "clean_session": BOOLEAN,
                    }
                ),
                "will": record({"topic": STRING, "message": STRING, "properties": ANY_OBJECT}),
                "properties": ANY_OBJECT,
            },
            "qos",
        ),
        "connack": record(
            {**_HEADER, "session_present": BOOLEAN, "return_code": INTEGER, "properties": ANY_OBJECT}, "qos"
        ),
        "publish": record(
            {**_HEADER, "topic": STRING, "message_id": INTEGER, "message": STRING, "properties": ANY_OBJECT},
            "qos",
        ),
        "puback": _ACKNOWLEDGEMENT,
        "pubrec": _ACKNOWLEDGEMENT,
        "pubrel": _ACKNOWLEDGEMENT,
        "pubcomp": _ACKNOWLEDGEMENT,
        "subscribe": record(
            {
                **_HEADER,
                "message_id": INTEGER,
                "topics": array(record({"topic": STRING, "qos": INTEGER})),
                "properties": ANY_OBJECT,
            },
            "qos",
        ),
        "suback": record(
            {**_HEADER, "message_id": INTEGER, "qos_granted": array(INTEGER), "properties": ANY_OBJECT}, "qos"
        ),
        "unsubscribe": record(
            {**_HEADER, "message_id": INTEGER, "topics": array(STRING), "properties": ANY_OBJECT}, "qos"
        ),
        "unsuback": record(
            {**_HEADER, "message_id": INTEGER, "reason_codes": array(INTEGER), "properties": ANY_OBJECT},
            "qos",
        ),
        "pingreq": record(_HEADER, "qos"),
        "pingresp": record(_HEADER, "qos"),
        "disconnect": record({**_HEADER, "reason_code": INTEGER, "properties": ANY_OBJECT}, "qos"),
        "auth": record({**_HEADER, "reason_code": INTEGER, "properties": ANY_OBJECT}, "qos"),
    }
)
# Packets whose fixed header must have the flags 0b0010 (MQTT 3.1.1, 2.2.2), which read as quality of service 1.
_FLAGGED = {"pubrel", "subscribe", "unsubscribe"}
_OPENS = {
    "connect": "connect",
    "subscribe": "subscribe",
    "unsubscribe": "unsubscribe",
    "pingreq": "ping",
}
_CLOSES = {
    "connack": "connect",
    "suback": "subscribe",
    "unsuback": "unsubscribe",
    "pingresp": "ping",
}
_PUBLISHED_BY_SENDER = {"publish", "pubrel"}


def _properties(message: Json) -> Json | None:
    shown = {
        str(each.get("id_name", each.get("id"))): each.get("value")
        for each in message.get("properties", ())
        if isinstance(each, dict)
    }
    return shown or None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None if value is None else str(value)


def _connect(message: Json) -> Json:
    will = known(topic=message.get("will_topic"), message=_text(message.get("will_payload")))
    return known(
        protocol_string=message.get("protocol_name"),
        protocol_version=message.get("protocol_level"),
        client_id=message.get("client_id"),
        flags=known(
            username=message.get("has_user_name"),
            password=message.get("has_password"),
            will_retain=message.get("will_retain", False),
            will="will_topic" in message,
            clean_session=message.get("clean_start"),
        ),
        will=will or None,
    )


def _topics(message: Json) -> list[Json | str]:
    topics = [topic for topic in message.get("topics", ()) if isinstance(topic, dict)]
    if message["function"] == "unsubscribe":
        return [topic.get("topic", "") for topic in topics]
    return [known(topic=topic.get("topic"), qos=topic.get("qos")) for topic in topics]


def _one(message: Json) -> Json:
    function = message["function"]
    shown: Json = {
        "qos": message.get("qos", 1 if function in _FLAGGED else 0),
        "retain": message.get("retain", False),
        "dup": message.get("dup", False),
    }
    if function == "connect":
        shown |= _connect(message)
    elif function == "connack":
        shown |= known(session_present=message.get("session_present"), return_code=message.get("reason_code"))
    elif function == "publish":
        shown |= known(
            topic=message.get("topic"),
            message_id=message.get("packet_id"),
            message=_text(message.get("payload")),
        )
    else:
        shown |= known(message_id=message.get("packet_id"))
        if function in {"subscribe", "unsubscribe"}:
            shown["topics"] = _topics(message)
        elif function == "suback":
            shown["qos_granted"] = message.get("reason_codes", [])
        elif function == "unsuback":
            shown["reason_codes"] = message.get("reason_codes", [])
        elif "reason_code" in message:
            shown["reason_code"] = message["reason_code"]
    return shown | known(properties=_properties(message))


def _step(message: Json) -> Step | None:
    function = message["function"]
    if function in _OPENS:
        return Step((_OPENS[function], message.get("packet_id"), message["src"]), opens=True, closes=False)
    if function in _CLOSES:
        return Step((_CLOSES[function], message.get("packet_id"), message["dst"]), opens=False, closes=True)
    publisher = message["src"] if function in _PUBLISHED_BY_SENDER else message["dst"]
    key = ("publish", message.get("packet_id"), publisher)
    if function == "publish" and message.get("qos", 0):
        return Step(key, opens=True, closes=False)
    if function in {"pubrec", "pubrel"}:
        return Step(key, opens=False, closes=False)
    if function in {"puback", "pubcomp"}:
        return Step(key, opens=False, closes=True)
    return None


def _content(messages: Sequence[Json]) -> Json | None:
    packets = SCHEMA["properties"]
    shown = {message["function"]: _one(message) for message in messages if message["function"] in packets}
    return shown or None


EVENT = EventType("mqtt", ("mqtt",), _content, SCHEMA, step=_step, client_first=False)
