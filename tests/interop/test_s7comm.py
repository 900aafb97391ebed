"""S7 communication: python-snap7 as server and client."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import snap7
from snap7.error import S7ProtocolError
from snap7.type import Area, Block, SrvArea

from tests.interop.wire import HOST, Wire, free_port, pick, rows

# What each call of `talk` is on the wire.
DONE = [
    "setup_communication",
    "read_var",
    "write_var",
    "read_var",
    "write_var",
    "read_var",
    "list_blocks",
    "read_szl",
    "read_szl",
    "read_clock",
    "set_clock",
    "get_block_info",
    "start_upload",
    "upload",
    "end_upload",
    "plc_stop",
    "pi_service",
    "pi_service",
    "read_var",
]


def talk(port: int) -> dict[str, object]:
    """What the client did and was told."""
    told: dict[str, object] = {}
    client = snap7.client.Client()
    client.connect(HOST, 0, 2, port)
    told["db"] = client.db_read(1, 4, 6)
    client.db_write(1, 20, bytearray(b"\x01\x02\x03\x04"))
    told["marker"] = client.read_area(Area.MK, 0, 0, 8)
    client.write_area(Area.PA, 0, 2, bytearray(b"\x55"))
    told["state"] = client.get_cpu_state()
    told["blocks"] = client.list_blocks()
    told["order"] = client.get_order_code()
    told["cpu"] = client.get_cpu_info()
    told["time"] = client.get_plc_datetime()
    client.set_plc_datetime(datetime(2026, 3, 4, 5, 6, 7))  # noqa: DTZ001 - the controller's clock has no zone
    told["info"] = client.get_block_info(Block.DB, 1)
    told["upload"] = client.upload(1)
    client.plc_stop()
    client.plc_hot_start()
    client.plc_cold_start()
    try:
        client.db_read(99, 0, 4)
    except S7ProtocolError as error:
        told["missing"] = str(error)
    client.disconnect()
    return told


def test_jobs_and_userdata(tmp_path: Path) -> None:
    server = snap7.server.Server(log=False)
    server.register_area(SrvArea.DB, 1, bytearray(range(64)))
    server.register_area(SrvArea.MK, 0, bytearray(64))
    server.register_area(SrvArea.PA, 0, bytearray(64))
    port = free_port()
    server.start_to(HOST, port)
    try:
        with Wire() as wire:
            told = talk(wire.tcp(port, 102))
    finally:
        server.stop()
    for port in (102, 20_102):
        found = rows(wire.recording.write(tmp_path / f"{port}.pcapng", port), "s7comm")
        requests = [row for row in found if row["kind"] == "request"]
        answers = [row for row in found if row["kind"] == "response"]
        assert [row["function"] for row in requests] == DONE
        assert [row["function"] for row in answers] == DONE
        assert pick(requests, "pdu_reference") == pick(answers, "pdu_reference")
        items = [row["items"][0] for row in requests if row.get("items")]
        assert pick(items, "area_name", "db", "address") == [
            ("data_blocks", 1, 4),
            ("data_blocks", 1, 20),
            ("flags", 0, 0),
            ("outputs", 0, 2),
            ("data_blocks", 99, 0),
        ]
        assert answers[-1]["items"][0]["return_code_name"] == "object_does_not_exist"
        by_name = {row["function"]: row for row in requests}
        assert by_name["start_upload"]["block"] == "DB1"
        assert by_name["plc_stop"]["pi_service"] == "P_PROGRAM"
        # This client asks for the state by a read without an item, which no controller would answer.
        assert [row["pdu_reference"] for row in found if "anomalies" in row] == [6, 6]
        links = rows(tmp_path / f"{port}.pcapng", "cotp")
        assert pick(links[:2], "function", "destination_tsap") == [
            ("connection_request", "0102"),
            ("connection_confirm", "0102"),
        ]
    assert told["db"] == bytearray(range(4, 10))
