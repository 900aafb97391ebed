"""OPC UA: asyncua as server and client, in the clear and encrypted."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncua
import pytest
from asyncua import ua
from asyncua.crypto.cert_gen import setup_self_signed_certificate
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.interop.wire import HOST, Wire, free_port, rows


class Changes:
    def __init__(self) -> None:
        self.seen: list[float] = []

    def datachange_notification(self, node: asyncua.Node, value: float, data: object) -> None:
        self.seen.append(value)


async def talk(node: ua.NodeId, client: asyncua.Client) -> list[float]:
    async with client:
        temperature = client.get_node(node)
        found = await client.nodes.objects.get_children()
        assert found
        assert await temperature.read_value() == 20.5
        await temperature.write_value(21.25)
        changes = Changes()
        subscription = await client.create_subscription(50, changes)
        handle = await subscription.subscribe_data_change(temperature)
        for value in (22.0, 23.0):
            await temperature.write_value(value)
            for _ in range(60):
                if value in changes.seen:
                    break
                await asyncio.sleep(0.05)
        await subscription.unsubscribe(handle)
        await subscription.delete()
        with pytest.raises(ua.uaerrors.BadNodeIdUnknown):
            await client.get_node(ua.NodeId("absent", 2)).read_value()
        return changes.seen


DONE = [
    "hello",
    "open_secure_channel",
    "create_session",
    "activate_session",
    "browse",
    "read",
    "write",
    "create_subscription",
    "create_monitored_items",
    "write",
    "write",
    "delete_monitored_items",
    "delete_subscriptions",
    "read",
    "close_session",
    "close_secure_channel",
]


def test_services(tmp_path: Path) -> None:
    async def run() -> list[float]:
        server = asyncua.Server()
        await server.init()
        port = free_port()
        server.set_endpoint(f"opc.tcp://{HOST}:{port}/plant")
        server.set_server_name("Server of Tests")
        index = await server.register_namespace("urn:tests:plant")
        node = await server.nodes.objects.add_variable(ua.NodeId("temperature", index), "temperature", 20.5)
        await node.set_writable()
        async with server:
            relay = wire.tcp(port, 4840)
            url = f"opc.tcp://{HOST}:{relay}/plant"
            client = asyncua.Client(url)
            return await talk(node.nodeid, client)

    with Wire() as wire:
        seen = asyncio.run(run())
    for port in (4840, 24_840):
        found = rows(wire.recording.write(tmp_path / f"{port}.pcapng", port), "opcua")
        assert not any("anomalies" in row for row in found)
        names = [
            row["function"] for row in found if row["kind"] == "request" and row["function"] != "publish"
        ]
        assert names == DONE
        by_name = {(row["function"], row["kind"]): row for row in found}
        reads = [row for row in found if row["function"] == "read" and row["kind"] == "response"]
        assert [row["results"][0].get("value") for row in reads] == [20.5, None]
        assert reads[1]["results"][0]["status_code_name"] == "bad_node_id_unknown"
        writes = [
            row["nodes_to_write"][0]
            for row in found
            if row["function"] == "write" and row["kind"] == "request"
        ]
        assert [(each["node_id"], each["value"]["value"]) for each in writes] == [
            ("ns=2;s=temperature", value) for value in (21.25, 22.0, 23.0)
        ]
        assert "ns=2;s=temperature" in by_name["browse", "response"]["node_ids"]
        assert by_name["create_monitored_items", "request"]["node_ids"] == ["ns=2;s=temperature"]
        told = [
            item["value"]["value"]
            for row in found
            if row["function"] == "publish" and row["kind"] == "response"
            for data in row["notification_message"]["notification_data"]
            for item in data["monitored_items"]
        ]
        assert told == seen
        endpoint = by_name["create_session", "response"]["server_endpoints"][0]
        assert endpoint["server"]["application_name"] == "Server of Tests"


async def key_pair(folder: Path, name: str) -> tuple[Path, Path]:
    key, certificate = folder / f"{name}.key.pem", folder / f"{name}.der"
    await setup_self_signed_certificate(
        key,
        certificate,
        f"urn:tests:{name}",
        HOST,
        [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH],
        {},
    )
    return key, certificate


def test_an_encrypted_channel_keeps_its_services_to_itself(tmp_path: Path) -> None:
    async def run() -> None:
        server = asyncua.Server()
        await server.init()
        port = free_port()
        server.set_endpoint(f"opc.tcp://{HOST}:{port}/plant")
        server.set_security_policy([ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt])
        key, certificate = await key_pair(tmp_path, "server")
        await server.load_certificate(str(certificate))
        await server.load_private_key(str(key))
        client_key, client_certificate = await key_pair(tmp_path, "client")
        async with server:
            client = asyncua.Client(f"opc.tcp://{HOST}:{wire.tcp(port, 4840)}/plant")
            client.application_uri = "urn:tests:client"
            await client.set_security(
                SecurityPolicyBasic256Sha256,
                str(client_certificate),
                str(client_key),
                server_certificate=str(certificate),
            )
            async with client:
                await client.nodes.objects.get_children()

    with Wire() as wire:
        asyncio.run(run())
    found = rows(wire.recording.write(tmp_path / "encrypted.pcapng"), "opcua")
    opened = [row for row in found if row.get("message_type") == "OPN"]
    assert opened
    assert {row["security_policy"].rpartition("#")[2] for row in opened} == {"Basic256Sha256"}
    assert not any("code" in row for row in opened)
    sealed = [row for row in found if row.get("message_type") == "MSG"]
    assert len(sealed) >= 8  # create, activate, browse, close: each asked and answered
    assert not any("code" in row for row in sealed)
    assert not any("anomalies" in row for row in found)
