"""IPAL messages: values by name, and who answers whom."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("sightglass._engine", reason="the engine is not built")

from sightglass.formats.ipal import IpalWriter
from sightglass.formats.ipal.pending import Pending
from sightglass.formats.ipal.schema import schema
from tests.conformance.truth import CAPTURES, REASON, available
from tests.formats.golden import FOLDER, golden
from tests.formats.json_schema import faults
from tests.formats.lab_messages import ipal_of, lab
from tests.formats.test_eve import answer, message

SCHEMA = schema()


def test_registers_have_names_and_answers_know_their_question() -> None:
    read = {"protocol": "modbus", "function": "read_holding_registers", "code": 3, "transaction_id": 5}
    read |= {"unit_id": 3, "address": 100, "quantity": 2}
    writer = IpalWriter()
    (asked,) = writer.take(message(**read, length=6))
    (answered,) = writer.take(answer(**read, length=7, values=[4711, 2]))
    assert asked == {
        "id": 0,
        "timestamp": 1769903999.1234567,
        "protocol": "modbus",
        "malicious": None,
        "src": "192.0.2.1:40000",
        "dest": "192.0.2.2:502:3",
        "length": 12,
        "crc": None,
        "type": 3,
        "activity": "interrogate",
        "responds to": [],
        "data": {"holding.register.100": None, "holding.register.101": None},
    }
    assert (answered["src"], answered["dest"]) == ("192.0.2.2:502:3", "192.0.2.1:40000")
    assert (answered["activity"], answered["responds to"], answered["length"]) == ("inform", [0], 13)
    assert answered["data"] == {"holding.register.100": 4711, "holding.register.101": 2}


def test_a_written_coil_is_a_command_and_an_action() -> None:
    write = {"protocol": "modbus", "function": "write_single_coil", "code": 5, "transaction_id": 1}
    write |= {"category": "write", "address": 7, "value": 0xFF00}
    writer = IpalWriter()
    rows = [*writer.take(message(**write)), *writer.take(answer(**write))]
    assert [row["activity"] for row in rows] == ["command", "action"]
    assert [row["data"] for row in rows] == [{"coil.7": 1}] * 2


def test_hostile_quantities_are_bounded() -> None:
    read = {"protocol": "modbus", "function": "read_coils", "code": 1, "transaction_id": 1, "address": 0}
    (row,) = IpalWriter().take(message(**read, quantity=65_535))
    assert len(row["data"]) == 2000


def test_names_of_an_answer_come_from_its_question() -> None:
    read = {"protocol": "mms", "function": "read", "code": 4, "invoke_id": 9}
    writer = IpalWriter()
    list(writer.take(message(**read, variables=[{"domain": "A", "item": "x"}, {"domain": "A", "item": "y"}])))
    values = [
        {"type": "integer", "value": 1},
        {"type": "structure", "value": [{"type": "boolean", "value": True}]},
    ]
    (row,) = writer.take(answer(**read, values=values))
    assert row["data"] == {"A/x": 1, "A/y": [True]}


def test_protocols_without_a_file_of_their_own_are_read_for_named_values() -> None:
    read = {"protocol": "anything", "function": "read", "code": 4, "transaction_id": 4}
    writer = IpalWriter(["anything"])
    (asked,) = writer.take(message(**read, area=130, area_name="memory", address=100))
    (answered,) = writer.take(answer(**read, values=[1, 2]))
    assert asked["data"] == {"memory.100": None}
    assert (answered["data"], answered["responds to"]) == ({"memory.100": [1, 2]}, [0])


def test_memory_of_fins_and_melsec_has_consecutive_names() -> None:
    writer = IpalWriter()
    read = {"protocol": "fins", "function": "memory_area_read", "code": 257, "service_id": 4}
    place = {"area": 130, "area_name": "dm", "address": 100, "count": 2}
    (asked,) = writer.take(message(**read, **place))
    (answered,) = writer.take(answer(**read, values=[1, 2]))
    assert asked["data"] == {"dm.100": None, "dm.101": None}
    assert answered["data"] == {"dm.100": 1, "dm.101": 2}
    write = {
        "protocol": "melsec",
        "function": "batch_write",
        "code": 0x1401,
        "category": "write",
        "serial_number": 1,
    }
    list(writer.take(message(**write, device="D", address=7, count=1, values=[5])))
    (done,) = writer.take(answer(**write))
    assert (done["data"], done["activity"]) == ({"D7": 5}, "action")


def test_opc_ua_nodes_have_their_values() -> None:
    writer = IpalWriter()
    common = {"protocol": "opcua", "function": "read", "secure_channel_id": 1, "request_id": 20}
    nodes = [{"node_id": "ns=1;s=level", "attribute_id": 13}, {"node_id": "i=85", "attribute_id": 4}]
    list(writer.take(message(**common, code=631, nodes_to_read=nodes)))
    results = [{"value": {"value_type": "double", "value": 1.5}}, {"status_code": 1}]
    (row,) = writer.take(answer(**common, code=634, results=results))
    assert (row["data"], row["responds to"]) == ({"ns=1;s=level": 1.5, "i=85.4": None}, [0])
    items = {"notification_data": [{"monitored_items": [{"client_handle": 7, "value": {"value": 9}}]}]}
    common |= {"function": "publish", "code": 829, "request_id": 21}
    (row,) = writer.take(answer(**common, notification_message=items))
    assert row["data"] == {"handle 7": 9}


def test_ads_and_hart_show_what_the_decoder_gives() -> None:
    writer = IpalWriter()
    read = {"protocol": "ads", "function": "read", "code": 2, "invoke_id": 1}
    list(writer.take(message(**read, index_group=16448, index_offset=4)))
    (row,) = writer.take(answer(**read, result=0, data="96020000"))
    assert row["data"] == {"16448:4": "96020000"}
    hart = {"protocol": "hart_ip", "function": "read_primary_variable", "code": 1, "address": "a6"}
    (row,) = writer.take(answer(**hart, units=32, primary_variable=21.5, length=24))
    assert (row["data"], row["src"], row["length"]) == ({"primary_variable": 21.5}, "192.0.2.2:502:a6", 24)


def test_no_field_of_a_protocol_hides_one_of_the_message() -> None:
    from sightglass import engine

    own = {
        "frame",
        "first_frame",
        "capture",
        "time",
        "flow_id",
        "proto",
        "community_id",
        "src",
        "dst",
        "vlan",
    }
    own |= {"protocol", "kind", "function", "code", "category", "anomalies"}
    hidden = {
        (protocol["name"], field["name"])
        for protocol in engine.protocols()
        for field in protocol["fields"]
        if field["name"] in own
    }
    assert hidden == set()


def test_office_protocols_give_no_message() -> None:
    writer = IpalWriter(["modbus"])
    assert list(writer.take(message(protocol="dns", function="query"))) == []
    (row,) = writer.take(message(protocol="modbus", function="diagnostics", code=8))
    assert row["id"] == 0


def test_questions_that_wait_are_bounded() -> None:
    pending = Pending(limit=10)
    for number in range(100):
        pending.ask(number % 20, number, {"number": number})
    assert pending.answer(5) is None
    assert pending.answer(15) == (95, {"number": 95})


def test_every_lab_message_is_as_the_schema_says() -> None:
    _, _, ipal = lab()
    assert [(fault, row) for row in ipal for fault in faults(row, SCHEMA)][:3] == []
    assert [row["id"] for row in ipal] == list(range(len(ipal)))


def test_the_lab_s_plant_shows_its_values() -> None:
    _, _, ipal = lab()
    numbers = {
        row["protocol"]
        for row in ipal
        if any(isinstance(value, int | float) for value in row["data"].values())
    }
    assert {"modbus", "cip", "dnp3", "bacnet"} <= numbers
    answered = [row for row in ipal if row["responds to"]]
    assert len(answered) > len(ipal) // 3
    by_id = {row["id"]: row for row in ipal}
    for row in answered:
        asked = by_id[row["responds to"][0]]
        assert (asked["protocol"], asked["dest"].split(":")[0]) == (row["protocol"], row["src"].split(":")[0])


def test_golden_rows() -> None:
    text = (FOLDER / "ipal.jsonl").read_text(encoding="utf-8")
    assert golden()["ipal.jsonl"] == [json.loads(line) for line in text.splitlines()]


@pytest.mark.captures
@pytest.mark.skipif(not available(), reason=REASON)
@pytest.mark.parametrize(
    "folder",
    *[
        [
            *(
                "modbus",
                "dnp3",
                "enip-cip",
                "s7comm",
                "iec104",
                "iec61850",
                "bacnet",
                "opcua",
                "hart-ip",
                "fins",
            ),
            *("ads", "synchrophasor", "iot-messaging", "malformed", "metering", "melsec"),
        ]
    ],
)
def test_messages_of_real_captures_are_as_the_schema_says(folder: str) -> None:
    checked = 0
    for path in sorted((CAPTURES / folder).iterdir()):
        if path.stat().st_size > 1_000_000 or not path.is_file():
            continue
        for row in ipal_of(path):
            assert faults(row, SCHEMA) == [], (path.name, row)
            checked += 1
            if checked > 10_000:
                return
    assert checked > 0
