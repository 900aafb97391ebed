"""EVE events: what Suricata would write of the same messages."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

pytest.importorskip("sightglass._engine", reason="the engine is not built")

from sightglass.formats.eve import EveWriter
from sightglass.formats.eve.event_type import Step
from sightglass.formats.eve.exchanges import MAX_MESSAGES, Exchanges
from sightglass.formats.eve.modbus import EVENT as MODBUS
from sightglass.formats.eve.schema import schema
from tests.conformance.truth import CAPTURES, REASON, available
from tests.formats.golden import FOLDER, golden
from tests.formats.json_schema import faults
from tests.formats.lab_messages import eve_of, lab

SCHEMA = schema()


def message(**fields: Any) -> dict[str, Any]:
    """A decoded message between two ends."""
    base = {
        "frame": 1,
        "first_frame": 1,
        "time": "2026-01-31T23:59:59.123456789Z",
        "flow_id": 7,
        "proto": "tcp",
        "community_id": "1:abc=",
        "src": "192.0.2.1:40000",
        "dst": "192.0.2.2:502",
        "kind": "request",
        "category": "read",
    }
    return {**base, **fields}


def answer(**fields: Any) -> dict[str, Any]:
    """A message the other way."""
    return message(
        **{"src": "192.0.2.2:502", "dst": "192.0.2.1:40000", "kind": "response", "frame": 2, **fields}
    )


def events(*messages: dict[str, Any]) -> list[dict[str, Any]]:
    """All events of some messages."""
    writer = EveWriter()
    found = [event for each in messages for event in writer.take(each)]
    return [*found, *writer.finish()]


READ = {"protocol": "modbus", "function": "read_coils", "code": 1, "transaction_id": 5, "unit_id": 3}


def test_a_request_and_its_response_are_one_event() -> None:
    asked = message(**READ, address=16, quantity=3)
    answered = answer(**READ, address=16, quantity=3, values=[1, 0, 1])
    same = {
        "transaction_id": 5,
        "protocol_id": 0,
        "unit_id": 3,
        "function_raw": 1,
        "function_code": "RdCoils",
        "access_type": "READ | COILS",
        "category": "PUBLIC_ASSIGNED",
        "error_flags": "NONE",
    }
    assert events(asked, answered) == [
        {
            "timestamp": "2026-01-31T23:59:59.123456+0000",
            "flow_id": 7,
            "pcap_cnt": 2,
            "event_type": "modbus",
            "src_ip": "192.0.2.1",
            "src_port": 40000,
            "dest_ip": "192.0.2.2",
            "dest_port": 502,
            "proto": "TCP",
            "community_id": "1:abc=",
            "modbus": {
                "request": {**same, "read": {"address": 16, "quantity": 3}},
                "response": {**same, "read": {"data": "05"}},
            },
        }
    ]


def test_what_nobody_answered_comes_with_the_end_of_its_flow() -> None:
    writer = EveWriter()
    assert list(writer.take(message(**READ))) == []
    names = (
        *(
            "flow_id",
            "first_ts_ns",
            "last_ts_ns",
            "vlan",
            "client_ip",
            "server_ip",
            "transport",
            "client_port",
        ),
        *("server_port", "protocol", "recognised_by", "community_id", "state", "packets_client"),
        *("packets_server", "bytes_client", "bytes_server", "client_mac", "server_mac"),
    )
    row = (7, 0, 2_500_000_000, 5, "192.0.2.1", "192.0.2.2", "tcp", 40000, 502, "modbus", "content", "1:abc=")
    row += ("closed", 4, 3, 400, 300, "", "")
    unanswered, flow = writer.end_flows(names, [row])
    assert list(unanswered["modbus"]) == ["request"]
    assert faults(flow, SCHEMA) == []
    assert flow["flow"] == {
        "pkts_toserver": 4,
        "pkts_toclient": 3,
        "bytes_toserver": 400,
        "bytes_toclient": 300,
        "start": "1970-01-01T00:00:00.000000+0000",
        "end": "1970-01-01T00:00:02.500000+0000",
        "age": 2,
        "state": "closed",
    }
    assert (flow["app_proto"], flow["vlan"], flow["proto"]) == ("modbus", [5], "TCP")
    assert list(writer.finish()) == []


def test_a_response_alone_still_has_the_client_first() -> None:
    (event,) = events(answer(**READ, exception=2))
    assert (event["src_ip"], event["dest_ip"]) == ("192.0.2.1", "192.0.2.2")
    assert event["modbus"]["response"]["exception"] == {"raw": 2, "code": "IllegalDataAddr"}


def test_cip_lies_inside_enip() -> None:
    outer = {
        "protocol": "enip",
        "function": "send_rr_data",
        "code": 111,
        "status": 0,
        "status_name": "success",
    }
    multiple = {"protocol": "cip", "function": "multiple_service_packet", "code": 10, "class": 2}
    inner = {"protocol": "cip", "function": "read_tag", "code": 76, "tag": "Level"}
    later = {"protocol": "dns", "id": 1, "flags": 0x100, "function": "query"}
    asked, done = events(
        message(**outer), message(**multiple, instance=1), message(**inner), answer(**later, flow_id=9)
    )
    assert asked["event_type"] == "dns"
    request = done["enip"]["request"]
    assert request["cip"]["service"] == "multiple_service_packet"
    assert request["cip"]["path"] == [
        {"segment_type": "logical_class_id", "value": 2},
        {"segment_type": "logical_instance_id", "value": 1},
    ]
    assert request["cip"]["multiple"] == [{"service": "read_tag", "tag": "Level"}]


def test_a_publication_of_quality_two_is_one_event() -> None:
    common = {"protocol": "mqtt", "packet_id": 3, "reason_code": 0}
    (event,) = events(
        message(**common, function="publish", qos=2, topic="a/b", payload="OFF", dup=False, retain=True),
        answer(**common, function="pubrec"),
        message(**common, function="pubrel"),
        answer(**common, function="pubcomp"),
    )
    assert list(event["mqtt"]) == ["publish", "pubrec", "pubrel", "pubcomp"]
    publish = event["mqtt"]["publish"]
    assert publish == {
        "qos": 2,
        "retain": True,
        "dup": False,
        "topic": "a/b",
        "message_id": 3,
        "message": "OFF",
    }
    assert event["mqtt"]["pubrel"]["qos"] == 1
    assert faults(event, SCHEMA) == []


def test_other_protocols_keep_our_fields_under_their_name() -> None:
    (event,) = events(message(protocol="s7comm", function="plc_stop", code=41, rosctr=1))
    expected = {"kind": "request", "category": "read", "function": "plc_stop", "code": 41, "rosctr": 1}
    assert event["s7comm"] == expected


def test_marks_are_anomalies_of_their_own() -> None:
    found = events(message(protocol="s7comm", function="read_var", anomalies=["bad_length"]))
    assert [event["event_type"] for event in found] == ["s7comm", "anomaly"]
    assert found[1]["anomaly"]["event"] == "bad_length"


def test_open_exchanges_are_bounded() -> None:
    exchanges = Exchanges(limit=10)
    given = [
        exchange
        for number in range(100)
        for exchange in exchanges.take(MODBUS, message(frame=number), Step(number, opens=True, closes=False))
    ]
    assert [each.messages[0]["frame"] for each in given] == list(range(90))
    assert len(list(exchanges.rest())) == 10


def test_an_exchange_that_never_ends_is_given_in_parts() -> None:
    exchanges = Exchanges()
    step = Step("same", opens=False, closes=False)
    given = [each for _ in range(3 * MAX_MESSAGES) for each in exchanges.take(MODBUS, message(), step)]
    assert [len(each.messages) for each in given] == [MAX_MESSAGES] * 3


def test_requests_with_one_key_are_answered_in_their_order() -> None:
    found = events(
        message(protocol="http", function="get", uri="/1"),
        message(protocol="http", function="get", uri="/2"),
        answer(protocol="http", function="get", status=100),
        answer(protocol="http", function="get", status=200),
        answer(protocol="http", function="get", status=404),
    )
    assert [(event["http"]["url"], event["http"]["status"]) for event in found] == [("/1", 200), ("/2", 404)]


def test_every_lab_event_is_as_the_schema_says() -> None:
    _, eve, _ = lab()
    broken = [(fault, event) for event in eve for fault in faults(event, SCHEMA)]
    assert broken[:3] == []


def test_every_lab_message_is_in_one_event() -> None:
    messages, eve, _ = lab()
    shown: Counter[str] = Counter()
    for event in eve:
        kind = event["event_type"]
        if kind == "modbus":
            shown[kind] += len(event[kind])
        elif kind == "enip":
            for side in event[kind].values():
                shown[kind] += 1
                if "cip" in side:
                    inner = [*side["cip"].get("multiple", ()), *side["cip"].get("embedded", ())]
                    shown["cip"] += 1 + len(inner)
        elif kind in {"dnp3", "dns", "snmp", "s7comm", "bacnet"}:
            shown[kind] += 1
    decoded = Counter(each["protocol"] for each in messages)
    assert shown == {kind: decoded[kind] for kind in shown}
    assert {"modbus", "enip", "cip", "dnp3", "dns", "snmp", "s7comm"} <= set(shown)


def test_golden_rows() -> None:
    text = (FOLDER / "eve.jsonl").read_text(encoding="utf-8")
    assert golden()["eve.jsonl"] == [json.loads(line) for line in text.splitlines()]


@pytest.mark.captures
@pytest.mark.skipif(not available(), reason=REASON)
@pytest.mark.parametrize(
    "folder",
    *[
        [
            *("modbus", "dnp3", "enip-cip", "iot-messaging", "it-services", "iot-devices", "malformed"),
            *("network-management", "attacks-it", "discovery", "opc-classic", "bacnet", "iec61850"),
        ]
    ],
)
def test_events_of_real_captures_are_as_the_schema_says(folder: str) -> None:
    checked = 0
    for path in sorted((CAPTURES / folder).iterdir()):
        if path.stat().st_size > 1_000_000 or not path.is_file():
            continue
        for event in eve_of(path):
            found = faults(event, SCHEMA)
            assert found == [], (path.name, event)
            checked += 1
            if checked > 10_000:
                return
    assert checked > 0
