"""BACnet/IP: bacpypes3 as device and as client."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from pathlib import Path
from typing import Any

from bacpypes3.apdu import ErrorRejectAbortNack
from bacpypes3.app import Application
from bacpypes3.local.analog import AnalogValueObject
from bacpypes3.pdu import Address

from tests.interop.wire import HOST, Wire, free_port, pick, rows


def application(name: str, instance: int, port: int) -> Application:
    return Application.from_args(
        Namespace(
            name=name,
            instance=instance,
            address=f"{HOST}:{port}",
            network=0,
            vendoridentifier=999,
            foreign=None,
            ttl=30,
            bbmd=None,
        )
    )


async def talk(client: Application, device: Address) -> dict[str, Any]:
    told: dict[str, Any] = {}
    told["name"] = await client.read_property(device, "device,4711", "object-name")
    told["model"] = await client.read_property(device, "device,4711", "model-name")
    told["value"] = await client.read_property(device, "analog-value,1", "present-value")
    await client.write_property(device, "analog-value,1", "present-value", 55.5, priority=8)
    told["several"] = await client.read_property_multiple(
        device, ["analog-value,1", ["present-value", "object-name"], "device,4711", ["vendor-name"]]
    )
    try:
        await client.read_property(device, "analog-value,2", "present-value")
    except ErrorRejectAbortNack as error:
        told["absent"] = str(error)
    return told


def test_services(tmp_path: Path) -> None:
    async def run() -> dict[str, Any]:
        here, there = free_port(udp=True), free_port(udp=True)
        device = application("Device of Tests", 4711, there)
        device.add_object(
            AnalogValueObject(objectIdentifier="analog-value,1", objectName="temperature", presentValue=20.5)
        )
        client = application("Client of Tests", 4712, here)
        try:
            return await asyncio.wait_for(talk(client, Address(f"{HOST}:{wire.udp(there, 47808)}")), 20)
        finally:
            client.close()
            device.close()

    with Wire() as wire:
        told = asyncio.run(run())
    assert told["value"] == 20.5
    for port in (47_808, 27_808):
        found = rows(wire.recording.write(tmp_path / f"{port}.pcapng", port), "bacnet")
        assert not any("anomalies" in row for row in found)
        requests = [row for row in found if row["kind"] == "request"]
        answers = [row for row in found if row["kind"] == "response"]
        assert [row["code"] for row in requests] == [12, 12, 12, 15, 14, 12]
        assert [row["code"] for row in answers] == [12, 12, 12, 15, 14, 12]
        assert pick(requests, "invoke_id") == pick(answers, "invoke_id")
        assert pick([*requests[:4], requests[5]], "object_type_name", "instance", "property_name") == [
            ("device", 4711, "object_name"),
            ("device", 4711, "model_name"),
            ("analog_value", 1, "present_value"),
            ("analog_value", 1, "present_value"),
            ("analog_value", 2, "present_value"),
        ]
        assert told["name"] in str(answers[0])
        assert "20.5" in str(answers[2])
        assert "55.5" in str(requests[3])
        assert all(text in str(answers[4]) for text in ("55.5", "temperature", "BACpypes"))
        assert pick(answers[5:], "pdu_type_name", "error_class_name", "error_code_name") == [
            ("error", "object", "unknown_object")
        ]
        assert told["absent"] == "object: unknown-object"
