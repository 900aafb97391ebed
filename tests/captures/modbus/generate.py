"""Writes the captures beside it: pymodbus as client and server over the loopback interface, in frames of serial lines.

Run as root, for the packets are read from the interface: ``python tests/captures/modbus/generate.py``. Made with
pymodbus 3.16.1 (BSD licence), which is no part of the product.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
import time
from pathlib import Path

from pymodbus import FramerType, ModbusDeviceIdentification
from pymodbus.client import AsyncModbusTcpClient, AsyncModbusUdpClient
from pymodbus.datastore import ModbusDeviceContext, ModbusSequentialDataBlock, ModbusServerContext
from pymodbus.server import ModbusTcpServer, ModbusUdpServer

HERE = Path(__file__).parent
PORT = 5021
UNIT = 7
OUTGOING = 4
"""The loopback interface shows each packet twice; this kind is left out."""
CALLS = (
    ("read_coils", {"address": 0, "count": 10}),
    ("read_discrete_inputs", {"address": 0, "count": 24}),
    ("read_holding_registers", {"address": 0, "count": 5}),
    ("read_input_registers", {"address": 2, "count": 3}),
    ("write_coil", {"address": 3, "value": True}),
    ("write_register", {"address": 4, "value": 77}),
    ("write_coils", {"address": 0, "values": [True] * 9}),
    ("write_registers", {"address": 0, "values": [1, 2, 3]}),
    ("mask_write_register", {"address": 1, "and_mask": 0xFF, "or_mask": 1}),
    (
        "readwrite_registers",
        {"read_address": 1, "read_count": 2, "write_address": 5, "values": [9, 8]},
    ),
    ("read_exception_status", {}),
    ("diag_query_data", {"msg": b"\x12\x34"}),
    ("diag_read_bus_message_count", {}),
    ("diag_get_comm_event_counter", {}),
    ("diag_get_comm_event_log", {}),
    ("report_device_id", {}),
    ("read_device_information", {"read_code": 1, "object_id": 0}),
    ("read_holding_registers", {"address": 5_000, "count": 1}),
)


def record(path: Path, over: threading.Event) -> None:
    """Writes what the loopback interface carries until the event is set."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) as source, path.open("wb") as out:
        source.bind(("lo", 0))
        source.settimeout(0.2)
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1))
        while not over.is_set():
            try:
                data, address = source.recvfrom(65_535)
            except TimeoutError:
                continue
            if address[2] != OUTGOING and struct.pack(">H", PORT) in data[34:38]:
                now = time.time_ns()
                out.write(struct.pack("<IIII", now // 10**9, now % 10**9 // 1_000, len(data), len(data)))
                out.write(data)


async def talk(framer: FramerType, udp: bool) -> None:
    """Every call once, against a server of the same framing."""
    block = ModbusSequentialDataBlock
    device = ModbusDeviceContext(
        di=block(1, [True, False, True] * 40),
        co=block(1, [True, False] * 50),
        hr=block(1, list(range(200))),
        ir=block(1, list(range(200))),
    )
    identity = ModbusDeviceIdentification(
        info_name={"VendorName": "Example", "ProductCode": "X-7", "MajorMinorRevision": "3.1"}
    )
    make = ModbusUdpServer if udp else ModbusTcpServer
    server = make(
        ModbusServerContext(device, single=True),
        framer=framer,
        identity=identity,
        address=("127.0.0.1", PORT),
    )
    serving = asyncio.create_task(server.serve_forever())
    await asyncio.sleep(0.5)
    client = (AsyncModbusUdpClient if udp else AsyncModbusTcpClient)("127.0.0.1", port=PORT, framer=framer)
    await client.connect()
    for name, arguments in CALLS:
        await getattr(client, name)(**arguments, device_id=UNIT)
    client.close()
    await server.shutdown()
    serving.cancel()


def main() -> None:
    """All three."""
    for name, framer, udp in (
        ("rtu-over-tcp", FramerType.RTU, False),
        ("ascii-over-tcp", FramerType.ASCII, False),
        ("rtu-over-udp", FramerType.RTU, True),
    ):
        over = threading.Event()
        recorder = threading.Thread(target=record, args=(HERE / f"{name}.pcap", over))
        recorder.start()
        asyncio.run(talk(framer, udp))
        time.sleep(0.5)
        over.set()
        recorder.join()


if __name__ == "__main__":
    main()
