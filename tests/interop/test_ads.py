"""ADS: pyads as client of its own test server."""

from __future__ import annotations

from pathlib import Path

import pyads
from pyads import constants
from pyads.testserver import AdsTestServer, AdvancedHandler, PLCVariable

from tests.interop.wire import HOST, Wire, free_port, pick, rows

AMS_TCP = 48_898  # the only port that the client's library knows
NET_ID = "127.0.0.1.1.1"


def test_commands(tmp_path: Path) -> None:
    handler = AdvancedHandler()
    handler.add_variable(PLCVariable("MAIN.speed", 1500, ads_type=constants.ADST_INT16, symbol_type="INT"))
    port = free_port()
    server = AdsTestServer(handler=handler, ip_address=HOST, port=port, logging=False)
    server.start()
    try:
        with Wire() as wire:
            wire.tcp(port, AMS_TCP, listen=AMS_TCP)
            plc = pyads.Connection(NET_ID, pyads.PORT_TC3PLC1, HOST)
            plc.open()
            plc.set_timeout(5000)
            assert plc.read_device_info()[0] == "TestServer"
            assert plc.read_state() == (5, 0)
            assert plc.read_by_name("MAIN.speed", pyads.PLCTYPE_INT) == 1500
            plc.write_by_name("MAIN.speed", 1600, pyads.PLCTYPE_INT)
            assert plc.read_by_name("MAIN.speed", pyads.PLCTYPE_INT) == 1600
            plc.close()
    finally:
        server.close()
        server.join(5)
    for usual in (AMS_TCP, 28_898):
        found = rows(wire.recording.write(tmp_path / f"{usual}.pcapng", usual), "ads")
        # This server's device info carries a name of 11 bytes where the command has 16.
        assert [(row["function"], row["kind"], row["anomalies"]) for row in found if "anomalies" in row] == [
            ("read_device_info", "response", ["bad_length"])
        ]
        requests = [row for row in found if row["kind"] == "request"]
        answers = [row for row in found if row["kind"] == "response"]
        assert [row["function"] for row in requests] == [
            "read_device_info",
            "read_state",
            # A name is read by asking for its handle, reading by it and releasing it.
            *("read_write", "read", "write"),
            *("read_write", "write", "write"),
            *("read_write", "read", "write"),
        ]
        assert pick(requests, "function", "invoke_id") == pick(answers, "function", "invoke_id")
        assert {(row["target_net_id"], row["target_port"]) for row in requests} == {
            (NET_ID, pyads.PORT_TC3PLC1)
        }
        named = [row["index_group_name"] for row in requests[2:5]]
        assert named[1] == "symbol_value_by_handle"
        assert requests[6]["data"] == (1600).to_bytes(2, "little").hex()
        assert all(row["result"] == 0 for row in answers if "result" in row)
