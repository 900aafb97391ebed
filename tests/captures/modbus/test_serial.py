"""What an independent implementation says in serial line frames is decoded whole."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sightglass import engine

HERE = Path(__file__).parent
FUNCTIONS = {
    "read_coils": 1,
    "read_discrete_inputs": 1,
    "read_holding_registers": 2,
    "read_input_registers": 1,
    "write_single_coil": 1,
    "write_single_register": 1,
    "write_multiple_coils": 1,
    "write_multiple_registers": 1,
    "mask_write_register": 1,
    "read_write_multiple_registers": 1,
    "read_exception_status": 1,
    "diagnostics": 2,
    "get_comm_event_counter": 1,
    "get_comm_event_log": 1,
    "report_server_id": 1,
    "read_device_identification": 1,
}


def messages(name: str) -> list[dict[str, Any]]:
    decoding = engine.decode([HERE / f"{name}.pcap"])
    found: list[dict[str, Any]] = []
    while (lines := decoding.next()) is not None:
        found.extend(json.loads(line) for line in lines.splitlines())
    return found


@pytest.mark.parametrize(
    ("name", "framing"),
    [("rtu-over-tcp", "rtu"), ("ascii-over-tcp", "ascii"), ("rtu-over-udp", "rtu")],
)
def test_every_call_and_answer_is_there(name: str, framing: str) -> None:
    found = messages(name)
    assert {message["framing"] for message in found} == {framing}
    assert {message["unit_id"] for message in found} == {7}
    assert not [message for message in found if "anomalies" in message]
    for kind in ("request", "response"):
        own = [message for message in found if message["kind"] == kind]
        assert Counter(message["function"] for message in own) == FUNCTIONS
    refused = [message for message in found if "exception" in message]
    assert [message["exception_name"] for message in refused] == ["illegal_data_address"]


def test_values_are_those_of_the_server() -> None:
    answers = [message for message in messages("rtu-over-tcp") if message["kind"] == "response"]
    by_function = {message["function"]: message for message in reversed(answers)}
    assert by_function["read_holding_registers"]["values"] == [0, 1, 2, 3, 4]
    assert by_function["read_input_registers"]["values"] == [2, 3, 4]
    assert by_function["read_coils"]["values"] == [1, 0] * 5
    objects = by_function["read_device_identification"]["objects"]
    assert [each["value"] for each in objects] == ["Example", "X-7", "3.1"]
