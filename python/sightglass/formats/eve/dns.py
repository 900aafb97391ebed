"""``dns``, ``mdns`` and ``llmnr``: one message, in version 3 of Suricata's DNS events.

Differs: `tx_id` is left out; data of record types without a text form of their own are hexadecimal digits.
"""

from __future__ import annotations

from collections.abc import Sequence

from sightglass.formats.eve.event_type import EventType
from sightglass.formats.shapes import ANY_OBJECT, BOOLEAN, INTEGER, STRING, Json, array, known, one_of, record

VERSION = 3
_QUESTION = record({"rrname": STRING, "rrtype": STRING}, "rrname", "rrtype")
_SOA = record(
    {
        "mname": STRING,
        "rname": STRING,
        "serial": INTEGER,
        "refresh": INTEGER,
        "retry": INTEGER,
        "expire": INTEGER,
        "minimum": INTEGER,
    }
)
_RECORD = record(
    {
        "rrname": STRING,
        "rrtype": STRING,
        "ttl": INTEGER,
        "rdata": STRING,
        "soa": _SOA,
        "srv": record({"priority": INTEGER, "weight": INTEGER, "port": INTEGER, "name": STRING}),
        "sshfp": record({"algo": INTEGER, "type": INTEGER, "fingerprint": STRING}),
    },
    "rrname",
    "rrtype",
)
SCHEMA = record(
    {
        "version": {"const": VERSION},
        "type": one_of("request", "response"),
        "id": INTEGER,
        "flags": STRING,
        "qr": BOOLEAN,
        "aa": BOOLEAN,
        "tc": BOOLEAN,
        "rd": BOOLEAN,
        "ra": BOOLEAN,
        "opcode": INTEGER,
        "rcode": STRING,
        "queries": array(_QUESTION),
        "answers": array(_RECORD),
        "authorities": array(_RECORD),
        "additionals": array(_RECORD),
        "grouped": ANY_OBJECT,
    },
    *("version", "type", "id", "flags", "opcode"),
)
# RFC 1035 4.1.1, RFC 2136 2.2, RFC 6895 2.3: the mnemonics that Suricata writes.
_RCODES = (
    *("NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET"),
    *("NXRRSET", "NOTAUTH", "NOTZONE"),
)
_GROUPED = {"A", "AAAA", "CNAME", "MX", "NS", "PTR", "TXT"}
_RESPONSE_BIT = 0x8000


def _type(item: Json) -> str:
    return item.get("type_name") or f"TYPE{item.get('type', 0)}"


def _rdata(item: Json) -> str | None:
    for name in ("address", "target", "rdata", "value"):
        if isinstance(item.get(name), str):
            return str(item[name])
    texts = item.get("texts", item.get("text"))
    if isinstance(texts, list):
        return "".join(str(text) for text in texts)
    return texts if isinstance(texts, str) else None


def _record_of(item: Json) -> Json:
    kind = _type(item)
    shown = known(rrname=item.get("name", ""), rrtype=kind, ttl=item.get("ttl"))
    if kind == "SOA":
        shown["soa"] = known(
            mname=item.get("primary"),
            rname=item.get("responsible"),
            **{name: item.get(name) for name in ("serial", "refresh", "retry", "expire", "minimum")},
        )
    elif kind == "SRV":
        numbers = {name: item.get(name) for name in ("priority", "weight", "port")}
        shown["srv"] = known(**numbers, name=item.get("target"))
    elif kind == "SSHFP":
        shown["sshfp"] = known(
            algo=item.get("algorithm"), type=item.get("fingerprint_type"), fingerprint=item.get("fingerprint")
        )
    else:
        shown |= known(rdata=_rdata(item))
    return shown


def _records(message: Json, name: str) -> list[Json] | None:
    return [_record_of(item) for item in message.get(name, ()) if isinstance(item, dict)] or None


def _content(messages: Sequence[Json]) -> Json | None:
    message = messages[0]
    flags = message.get("flags", 0)
    answer = bool(flags & _RESPONSE_BIT)
    rcode = message.get("rcode", 0)
    answers = _records(message, "answers")
    grouped: dict[str, list[str]] = {}
    for item in answers or ():
        if item["rrtype"] in _GROUPED and "rdata" in item:
            grouped.setdefault(item["rrtype"], []).append(item["rdata"])
    shown = {
        "version": VERSION,
        "type": "response" if answer else "request",
        "id": message.get("id", 0),
        "flags": f"{flags:x}",
        "opcode": message.get("opcode", 0),
    }
    for name, field in (
        ("aa", "authoritative"),
        ("tc", "truncated"),
        ("rd", "recursion_desired"),
        ("ra", "recursion_available"),
    ):
        if message.get(field):
            shown[name] = True
    if answer:
        shown["qr"] = True
        shown["rcode"] = _RCODES[rcode] if rcode < len(_RCODES) else str(rcode)
    questions = [
        {"rrname": item.get("name", ""), "rrtype": _type(item)}
        for item in message.get("questions", ())
        if isinstance(item, dict)
    ]
    return shown | known(
        queries=questions or None,
        answers=answers,
        authorities=_records(message, "authorities"),
        additionals=_records(message, "additionals"),
        grouped=grouped or None,
    )


EVENT = EventType("dns", ("dns",), _content, SCHEMA)
MDNS = EventType("mdns", ("mdns",), _content, SCHEMA, client_first=False)
LLMNR = EventType("llmnr", ("llmnr",), _content, SCHEMA)
