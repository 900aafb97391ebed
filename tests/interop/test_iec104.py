"""IEC 60870-5-104: c104 (lib60870) as controlled and as controlling station.

c104 looks at the annotations of callbacks, which therefore are no texts here.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import c104

from tests.interop.wire import HOST, Wire, free_port, pick, rows

T = c104.Type
MONITORED: dict[int, tuple[Any, Any]] = {
    1: (T.M_SP_NA_1, True),
    2: (T.M_DP_NA_1, c104.Double.ON),
    3: (T.M_ST_NA_1, c104.Int7(-5)),
    4: (T.M_BO_NA_1, c104.Byte32(0xDEADBEEF)),
    5: (T.M_ME_NA_1, c104.NormalizedFloat(0.5)),
    6: (T.M_ME_NB_1, c104.Int16(-1234)),
    7: (T.M_ME_NC_1, 21.5),
    8: (T.M_SP_TB_1, True),
    9: (T.M_ME_TF_1, 12.25),
    10: (T.M_IT_NA_1, 77),
}
COMMANDS: dict[int, tuple[Any, Any]] = {
    101: (T.C_SC_NA_1, True),
    102: (T.C_DC_NA_1, c104.Double.OFF),
    103: (T.C_RC_NA_1, c104.Step.HIGHER),
    104: (T.C_SE_NA_1, c104.NormalizedFloat(-0.25)),
    105: (T.C_SE_NB_1, c104.Int16(444)),
    106: (T.C_SE_NC_1, 3.5),
    107: (T.C_BO_NA_1, c104.Byte32(0)),
    108: (T.C_SC_TA_1, True),
}

# How we show what the package has classes for.
SHOWN: dict[int, Any] = {
    2: 2,
    3: -5,
    4: 0xDEADBEEF,
    5: 0.5,
    6: -1234,
    102: 1,
    103: 2,
    104: -0.25,
    105: 444,
    107: 0,
}
INTERROGATED, COUNTERS, SPONTANEOUS = 20, 37, 3


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 8
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


def accept(
    point: c104.Point, previous_info: c104.Information, message: c104.IncomingMessage
) -> c104.ResponseState:
    return c104.ResponseState.SUCCESS


def test_stations(tmp_path: Path) -> None:
    port = free_port()
    server = c104.Server(ip=HOST, port=port, tick_rate_ms=50)
    station = server.add_station(common_address=47)
    for address, (kind, value) in MONITORED.items():
        point = station.add_point(io_address=address, type=kind)
        point.value = value
    for address, (kind, _) in COMMANDS.items():
        point = station.add_point(io_address=address, type=kind)
        point.on_receive(callable=accept)
    server.start()
    try:
        with Wire() as wire:
            client = c104.Client(tick_rate_ms=50, command_timeout_ms=3000)
            link = client.add_connection(ip=HOST, port=wire.tcp(port, 2404), init=c104.Init.NONE)
            remote = link.add_station(common_address=47)
            for address, (kind, _) in {**MONITORED, **COMMANDS}.items():
                remote.add_point(io_address=address, type=kind)
            client.start()
            until(lambda: link.is_connected)
            time.sleep(0.2)
            assert link.interrogation(common_address=47)
            assert link.counter_interrogation(common_address=47)
            assert link.clock_sync(common_address=47)
            assert link.test(common_address=47)
            assert remote.get_point(io_address=7).read()
            for address, (_, value) in COMMANDS.items():
                point = remote.get_point(io_address=address)
                point.value = value
                assert point.transmit(cause=c104.Cot.ACTIVATION)
            spontaneous = station.get_point(io_address=7)
            spontaneous.value = 99.5
            assert spontaneous.transmit(cause=c104.Cot.SPONTANEOUS)
            time.sleep(0.3)
            client.stop()
    finally:
        server.stop()
    for port in (2404, 22_404):
        found = rows(wire.recording.write(tmp_path / f"{port}.pcapng", port), "iec104")
        assert not any("anomalies" in row for row in found)
        assert pick(found[:2], "kind", "function", "apci") == [
            ("request", "startdt", "U"),
            ("response", "startdt", "U"),
        ]
        data = [row for row in found if row["apci"] == "I"]
        assert {row["common_address"] for row in data} == {47}
        asked = [row for row in data if row["kind"] == "request"]
        assert [row["code"] for row in asked] == [
            100,
            101,
            103,
            107,
            102,
            *[int(kind.value) for kind, _ in COMMANDS.values()],
        ]
        confirmed = [row for row in data if row["kind"] == "response"]
        assert [row["code"] for row in confirmed] == [row["code"] for row in asked]
        assert not any(row["negative"] for row in confirmed)
        told = {
            each["ioa"]: (row["code"], each["value"])
            for row in data
            if row["cause"] in {INTERROGATED, COUNTERS}
            for each in row["objects"]
        }
        assert told == {
            address: (int(kind.value), SHOWN.get(address, value))
            for address, (kind, value) in MONITORED.items()
        }
        sent = {each["ioa"]: each["value"] for row in asked[5:] for each in row["objects"]}
        assert sent == {address: SHOWN.get(address, value) for address, (_, value) in COMMANDS.items()}
        changed = [row for row in data if row["cause"] == SPONTANEOUS]
        assert [(each["ioa"], each["value"]) for row in changed for each in row["objects"]] == [(7, 99.5)]
