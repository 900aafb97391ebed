"""Modbus: pymodbus as server and client over TCP, UDP, and RTU frames in TCP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pymodbus import FramerType, ModbusDeviceIdentification
from pymodbus.client import AsyncModbusTcpClient, AsyncModbusUdpClient
from pymodbus.client.base import ModbusBaseClient
from pymodbus.datastore import ModbusDeviceContext, ModbusSequentialDataBlock, ModbusServerContext
from pymodbus.server import ModbusTcpServer, ModbusUdpServer

from tests.interop.wire import HOST, Wire, free_port, rows

IDENTITY = {"VendorName": "Vendor of Tests", "ProductCode": "PC-1", "MajorMinorRevision": "4.5.6"}


@asynccontextmanager
async def serving(kind: type[Any], framer: FramerType, *, udp: bool) -> AsyncIterator[int]:
    device = ModbusDeviceContext(
        di=ModbusSequentialDataBlock(1, [True, False] * 50),
        co=ModbusSequentialDataBlock(1, [False] * 100),
        hr=ModbusSequentialDataBlock(1, list(range(100))),
        ir=ModbusSequentialDataBlock(1, list(range(1000, 1100))),
    )
    port = free_port(udp=udp)
    server = kind(
        ModbusServerContext(devices=device, single=True),
        framer=framer,
        identity=ModbusDeviceIdentification(info_name=IDENTITY),
        address=(HOST, port),
    )
    task = asyncio.create_task(server.serve_forever(background=False))
    await asyncio.sleep(0.3)
    try:
        yield port
    finally:
        await server.shutdown()
        task.cancel()


def place(row: dict[str, Any]) -> tuple[Any, Any]:
    """Address and quantity of a request, of the read where one message reads and writes."""
    if "read_address" in row:
        return row["read_address"], row["read_quantity"]
    return row.get("address"), row.get("quantity")


async def talk(client: ModbusBaseClient, *, fifo: bool) -> list[tuple[Any, ...]]:
    """What the client asked: function, unit, address, quantity, values, exception."""
    assert await client.connect()
    done: list[tuple[Any, ...]] = []

    async def ask(name: str, call: Any, *fields: Any) -> None:
        answer = await call
        done.append((name, *fields, answer.exception_code if answer.isError() else None))

    await ask("read_coils", client.read_coils(2, count=9, device_id=1), 1, 2, 9)
    await ask("read_discrete_inputs", client.read_discrete_inputs(0, count=16, device_id=1), 1, 0, 16)
    await ask("read_holding_registers", client.read_holding_registers(10, count=4, device_id=7), 7, 10, 4)
    await ask("read_input_registers", client.read_input_registers(20, count=2, device_id=1), 1, 20, 2)
    await ask("write_single_coil", client.write_coil(5, True, device_id=1), 1, 5, None)
    await ask("write_single_register", client.write_register(6, 4321, device_id=1), 1, 6, None)
    await ask("write_multiple_coils", client.write_coils(8, [True, False, True], device_id=1), 1, 8, 3)
    await ask("write_multiple_registers", client.write_registers(30, [7, 8, 9], device_id=1), 1, 30, 3)
    await ask(
        "mask_write_register", client.mask_write_register(address=4, and_mask=0xF2, or_mask=0x25), 1, 4, None
    )
    await ask(
        "read_write_multiple_registers",
        client.readwrite_registers(read_address=1, read_count=2, write_address=40, values=[1, 2]),
        1,
        1,
        2,
    )
    await ask("read_exception_status", client.read_exception_status(), 1, None, None)
    await ask("diagnostics", client.diag_query_data(b"\xa5\x37"), 1, None, None)
    await ask("get_comm_event_counter", client.diag_get_comm_event_counter(), 1, None, None)
    await ask("get_comm_event_log", client.diag_get_comm_event_log(), 1, None, None)
    await ask("report_server_id", client.report_device_id(), 1, None, None)
    if fifo:
        await ask("read_fifo_queue", client.read_fifo_queue(address=0x12), 1, 0x12, None)
    await ask("read_device_identification", client.read_device_information(), 1, None, None)
    await ask("read_holding_registers", client.read_holding_registers(5000, count=1, device_id=1), 1, 5000, 1)
    client.close()
    return done


@pytest.mark.parametrize("way", ["tcp", "udp", "rtu"])
def test_functions(way: str, tmp_path: Path) -> None:
    framer = FramerType.RTU if way == "rtu" else FramerType.SOCKET
    udp = way == "udp"

    async def run() -> list[tuple[Any, ...]]:
        async with serving(ModbusUdpServer if udp else ModbusTcpServer, framer, udp=udp) as port:
            relay = wire.udp(port, 502) if udp else wire.tcp(port, 502)
            kind = AsyncModbusUdpClient if udp else AsyncModbusTcpClient
            return await talk(kind(HOST, port=relay, framer=framer, timeout=5, retries=0), fifo=way != "rtu")

    with Wire() as wire:
        done = asyncio.run(run())
    for port in (502, 20_502):
        found = rows(wire.recording.write(tmp_path / f"{port}.pcapng", port), "modbus")
        assert not any("anomalies" in row for row in found)
        requests = [row for row in found if row["kind"] == "request"]
        answers = [row for row in found if row["kind"] == "response"]
        assert [
            (row["function"], row["unit_id"], *place(row), answer.get("exception"))
            for row, answer in zip(requests, answers, strict=True)
        ] == done
        told = {row["function"]: row for row in answers}
        assert told["read_input_registers"]["values"] == [1020, 1021]
        assert told["read_write_multiple_registers"]["values"] == [1, 2]
        assert told["diagnostics"]["data"] == "a537"
        identity = {
            each["object_id_name"]: each["value"] for each in told["read_device_identification"]["objects"]
        }
        assert identity == {
            "vendor_name": "Vendor of Tests",
            "product_code": "PC-1",
            "major_minor_revision": "4.5.6",
        }
        written = {row["function"]: row for row in requests}
        assert written["write_single_register"]["value"] == 4321
        assert written["write_multiple_coils"]["values"] == [1, 0, 1]
        assert written["write_multiple_registers"]["values"] == [7, 8, 9]
