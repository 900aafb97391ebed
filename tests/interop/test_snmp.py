"""SNMP: pysnmp as agent and manager, versions 1, 2c and 3."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from pysnmp.carrier.asyncio.dgram import udp
from pysnmp.entity import config
from pysnmp.entity import engine as snmp
from pysnmp.entity.rfc3413 import cmdrsp, context
from pysnmp.hlapi.v3arch.asyncio import (
    CommunityData,
    ContextData,
    ObjectIdentity,
    ObjectType,
    OctetString,
    SnmpEngine,
    UdpTransportTarget,
    UsmUserData,
    bulk_cmd,
    get_cmd,
    next_cmd,
    set_cmd,
    usmAesCfb128Protocol,
    usmHMACSHAAuthProtocol,
)

from tests.interop.wire import HOST, Wire, free_port, pick, rows

DESCRIPTION, CONTACT, ABSENT = "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.4.0", "1.3.6.1.2.1.1.99.0"
PYSNMP = 20408  # the enterprise that the package numbers its engines in
SYSTEM = (1, 3, 6, 1, 2, 1, 1)


def agent(port: int) -> snmp.SnmpEngine:
    made = snmp.SnmpEngine()
    config.add_transport(made, udp.DOMAIN_NAME, udp.UdpTransport().open_server_mode((HOST, port)))
    config.add_v1_system(made, "area", "plant-community")
    config.add_v3_user(
        made,
        "operator",
        config.USM_AUTH_HMAC96_SHA,
        "first-password",
        config.USM_PRIV_CFB128_AES,
        "second-password",
    )
    for model in (1, 2):
        config.add_vacm_user(made, model, "area", "noAuthNoPriv", SYSTEM, SYSTEM)
    config.add_vacm_user(made, 3, "operator", "authPriv", SYSTEM, SYSTEM)
    here = context.SnmpContext(made)
    for responder in (
        cmdrsp.GetCommandResponder,
        cmdrsp.SetCommandResponder,
        cmdrsp.NextCommandResponder,
        cmdrsp.BulkCommandResponder,
    ):
        responder(made, here)
    return made


async def talk(port: int, who: Any, *, bulk: bool) -> list[tuple[str, int]]:
    manager = SnmpEngine()
    target = await UdpTransportTarget.create((HOST, port), timeout=5, retries=0)
    done: list[tuple[str, int]] = []

    async def ask(name: str, call: Any, *more: Any) -> None:
        error, status, _, _ = await call(manager, who, target, ContextData(), *more)
        assert error is None, error
        done.append((name, int(status)))

    await ask("get_request", get_cmd, ObjectType(ObjectIdentity(DESCRIPTION)))
    await ask("get_request", get_cmd, ObjectType(ObjectIdentity(ABSENT)))
    await ask("get_next_request", next_cmd, ObjectType(ObjectIdentity("1.3.6.1.2.1.1")))
    await ask("set_request", set_cmd, ObjectType(ObjectIdentity(CONTACT), OctetString("control room")))
    if bulk:
        await ask("get_bulk_request", bulk_cmd, 0, 4, ObjectType(ObjectIdentity("1.3.6.1.2.1.1")))
    manager.close_dispatcher()
    return done


@pytest.mark.parametrize("version", [1, 2, 3])
def test_operations(version: int, tmp_path: Path) -> None:
    who = {
        1: CommunityData("plant-community", mpModel=0),
        2: CommunityData("plant-community", mpModel=1),
        3: UsmUserData(
            "operator",
            "first-password",
            "second-password",
            authProtocol=usmHMACSHAAuthProtocol,
            privProtocol=usmAesCfb128Protocol,
        ),
    }[version]

    async def run() -> list[tuple[str, int]]:
        port = free_port(udp=True)
        served = agent(port)
        try:
            return await talk(wire.udp(port, 161), who, bulk=version > 1)
        finally:
            served.close_dispatcher()

    with Wire() as wire:
        done = asyncio.run(run())
    for port in (161, 20_161):
        capture = wire.recording.write(tmp_path / f"{port}.pcapng", port)
        found = rows(capture, "snmp")
        assert not any("anomalies" in row for row in found)
        assert {row["version_name"] for row in found} == {{1: "v1", 2: "v2c", 3: "v3"}[version]}
        text = str(found)
        assert "plant-community" not in text
        assert "password" not in text
        if version == 3:
            sealed = [row for row in found if row["encrypted"]]
            assert len(sealed) == 2 * len(done)
            assert all(row["authenticated"] and "pdu" not in row for row in sealed)
            # What the manager asks first is answered with a report that names the agent's engine (RFC 3414, 4).
            assert {row["engine_enterprise"] for row in sealed} == {PYSNMP}
            assert [row["pdu_name"] for row in found if not row["encrypted"]][:2] == ["get_request", "report"]
            continue
        answers = [row for row in found if row["kind"] == "response"]
        assert pick(answers, "function", "error_status") == done
        requests = [row for row in found if row["kind"] == "request"]
        assert pick(requests, "function", "request_id") == pick(answers, "function", "request_id")
        assert CONTACT in str(requests[3])
