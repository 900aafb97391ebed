"""CoAP: aiocoap as server and client over UDP and TCP, with block-wise transfer and observation."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiocoap
import pytest
from aiocoap import resource
from aiocoap.numbers.codes import Code

from tests.interop.wire import HOST, Wire, free_port, rows

LARGE = bytes(range(256)) * 12
CONTINUE = 95  # 2.31, RFC 7959 2.9.1


def option(row: dict[str, Any], name: str, field: str) -> Any:
    """A field of the first option of that name."""
    return next((each[field] for each in row.get("options", []) if each["number_name"] == name), None)


class Store(resource.Resource):
    content = LARGE

    async def render_get(self, request: aiocoap.Message) -> aiocoap.Message:
        return aiocoap.Message(payload=self.content)

    async def render_put(self, request: aiocoap.Message) -> aiocoap.Message:
        self.content = request.payload
        return aiocoap.Message(code=Code.CHANGED, payload=b"kept")

    async def render_post(self, request: aiocoap.Message) -> aiocoap.Message:
        return aiocoap.Message(code=Code.CREATED)

    async def render_delete(self, request: aiocoap.Message) -> aiocoap.Message:
        return aiocoap.Message(code=Code.DELETED)


class Clock(resource.ObservableResource):
    count = 0

    async def render_get(self, request: aiocoap.Message) -> aiocoap.Message:
        return aiocoap.Message(payload=f"tick {self.count}".encode(), content_format=0)

    def tick(self) -> None:
        self.count += 1
        self.updated_state()


async def talk(base: str, clock: Clock, transport: str) -> list[tuple[str, str, int]]:
    done: list[tuple[str, str, int]] = []
    client = await aiocoap.Context.create_client_context(transports=[transport])

    async def ask(code: Code, path: str, payload: bytes = b"") -> None:
        answer = await asyncio.wait_for(
            client.request(aiocoap.Message(code=code, uri=f"{base}/{path}", payload=payload)).response, 10
        )
        done.append((code.name.lower(), path, int(answer.code)))

    await ask(Code.GET, ".well-known/core")
    await ask(Code.GET, "store?unit=4")
    await ask(Code.PUT, "store", LARGE)
    await ask(Code.POST, "store", b"new")
    await ask(Code.DELETE, "store")
    await ask(Code.GET, "nothing/here")
    await ask(Code.POST, "clock")
    request = client.request(aiocoap.Message(code=Code.GET, uri=f"{base}/clock", observe=0))
    await asyncio.wait_for(request.response, 10)
    seen = request.observation.__aiter__()
    for _ in range(2):
        clock.tick()
        await asyncio.wait_for(seen.__anext__(), 10)
    request.observation.cancel()
    await asyncio.sleep(0.2)
    await client.shutdown()
    return done


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_methods(transport: str, tmp_path: Path) -> None:
    async def run() -> list[tuple[str, str, int]]:
        site, clock = resource.Site(), Clock()
        site.add_resource([".well-known", "core"], resource.WKCResource(site.get_resources_as_linkheader))
        site.add_resource(["store"], Store())
        site.add_resource(["clock"], clock)
        port = free_port(udp=transport == "udp")
        kind = "simplesocketserver" if transport == "udp" else "tcpserver"
        server = await aiocoap.Context.create_server_context(site, bind=(HOST, port), transports=[kind])
        relay = wire.udp(port, 5683) if transport == "udp" else wire.tcp(port, 5683)
        scheme = "coap" if transport == "udp" else "coap+tcp"
        try:
            return await talk(
                f"{scheme}://{HOST}:{relay}", clock, "simple6" if transport == "udp" else "tcpclient"
            )
        finally:
            await server.shutdown()

    with Wire() as wire:
        done = asyncio.run(run())
    for port in (5683, 25_683):
        found = rows(wire.recording.write(tmp_path / f"{port}.pcapng", port), "coap")
        assert not any("anomalies" in row for row in found)
        requests = [row for row in found if row["kind"] == "request"]
        answers = {row["token"]: row for row in found if row["kind"] == "response"}
        asked: list[tuple[str, str, int]] = []
        for row in requests:
            answer = answers[row["token"]]
            path = "/".join(row["uri_path"])
            if answer["message_code"] == CONTINUE or option(row, "block2", "block_number"):
                continue  # a part of what the application asked for at once
            asked.append(
                (
                    row["function"],
                    path + "".join(f"?{each}" for each in row.get("uri_query", [])),
                    answer["message_code"],
                )
            )
            assert answer["function"] == row["function"]
        assert asked == [*done, ("get", "clock", 69)]
        sent = [row for row in requests if row["function"] == "put"]
        taken = [row for row in found if row["kind"] == "response" and row.get("uri_path") is None]
        assert taken
        if transport == "udp":
            assert [option(row, "block1", "block_number") for row in sent] == [0, 1, 2]
            assert [option(row, "block1", "more") for row in sent] == [True, True, False]
            gets = [row for row in requests if row.get("uri_query") == ["unit=4"]]
            assert [option(row, "block2", "block_number") for row in gets] == [None, 1, 2]
        observed = requests[-1]
        assert option(observed, "observe", "value") == 0
        told = [row for row in found if row["kind"] == "response" and row["token"] == observed["token"]]
        assert len(told) == 3
        assert [row["payload"] for row in told] == ["tick 0", "tick 1", "tick 2"]
