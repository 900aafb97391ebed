"""OCPP 1.6 and 2.0.1 over WebSocket: the ocpp package as charge point and as central system."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import websockets
from ocpp.routing import on
from ocpp.v16 import ChargePoint as Point16
from ocpp.v16 import call as call16
from ocpp.v16 import call_result as result16
from ocpp.v201 import ChargePoint as Point201
from ocpp.v201 import call as call201
from ocpp.v201 import call_result as result201

from tests.interop.wire import CLIENT_IP, HOST, Wire, pick, rows

NOW = "2026-03-04T05:06:07Z"


class Central16(Point16):
    @on("BootNotification")
    def boot(self, **_: Any) -> Any:
        return result16.BootNotification(current_time=NOW, interval=30, status="Accepted")

    @on("Heartbeat")
    def beat(self) -> Any:
        return result16.Heartbeat(current_time=NOW)

    @on("StartTransaction")
    def start_transaction(self, **_: Any) -> Any:
        return result16.StartTransaction(transaction_id=7, id_tag_info={"status": "Accepted"})


class Charger16(Point16):
    @on("Reset")
    def reset(self, **_: Any) -> Any:
        return result16.Reset(status="Accepted")


class Central201(Point201):
    @on("BootNotification")
    def boot(self, **_: Any) -> Any:
        return result201.BootNotification(current_time=NOW, interval=30, status="Accepted")

    @on("Heartbeat")
    def beat(self) -> Any:
        return result201.Heartbeat(current_time=NOW)


class Charger201(Point201):
    @on("Reset")
    def reset(self, **_: Any) -> Any:
        return result201.Reset(status="Rejected")


CALLS16 = [
    call16.BootNotification(
        charge_point_model="Model-1",
        charge_point_vendor="Vendor of Tests",
        charge_point_serial_number="S-1",
        firmware_version="1.2.3",
    ),
    call16.Heartbeat(),
    call16.StartTransaction(connector_id=1, id_tag="TAG", meter_start=5, timestamp=NOW),
]
CALLS201 = [
    call201.BootNotification(
        charging_station={"model": "Model-2", "vendorName": "Vendor of Tests", "firmwareVersion": "2.0"},
        reason="PowerUp",
    ),
    call201.Heartbeat(),
]


@pytest.mark.parametrize("version", ["ocpp1.6", "ocpp2.0.1"])
def test_calls(version: str, tmp_path: Path) -> None:
    old = version == "ocpp1.6"

    async def run() -> None:
        answered = asyncio.Event()

        async def serve(socket: Any) -> None:
            central = (Central16 if old else Central201)("station-1", socket)
            listening = asyncio.create_task(central.start())
            await asyncio.sleep(0.5)
            await central.call(call16.Reset(type="Soft") if old else call201.Reset(type="Immediate"))
            answered.set()
            await asyncio.gather(listening, return_exceptions=True)

        async with websockets.serve(serve, HOST, 0, subprotocols=[version], compression=None) as server:
            relay = wire.tcp(server.sockets[0].getsockname()[1], 9000)
            async with websockets.connect(
                f"ws://{HOST}:{relay}/station-1", subprotocols=[version], compression=None
            ) as socket:
                charger = (Charger16 if old else Charger201)("station-1", socket)
                listening = asyncio.create_task(charger.start())
                for each in CALLS16 if old else CALLS201:
                    await charger.call(each)
                await asyncio.wait_for(answered.wait(), 10)
            await asyncio.gather(listening, return_exceptions=True)

    with Wire() as wire:
        asyncio.run(run())
    for port in (9000, 29_000):
        capture = wire.recording.write(tmp_path / f"{port}.pcapng", port)
        found = rows(capture, "ocpp")
        assert not any("anomalies" in row for row in found)
        called = ["BootNotification", "Heartbeat", *(["StartTransaction"] if old else []), "Reset"]
        requests = [row for row in found if row["kind"] == "request"]
        answers = [row for row in found if row["kind"] == "response"]
        assert [row["action"] for row in requests] == called
        assert pick(requests, "function", "message_id") == pick(answers, "function", "message_id")
        assert requests[-1]["dst"].startswith(CLIENT_IP)  # the central system orders the reset
        assert requests[-1]["reset_type"] == ("Soft" if old else "Immediate")
        assert answers[-1]["status"] == ("Accepted" if old else "Rejected")
        if old:
            assert answers[2]["transaction_id"] == "7"
        upgrade = rows(capture, "http")
        assert pick(upgrade, "function", "status") == [("get", None), ("get", 101)]
