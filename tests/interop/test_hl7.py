"""HL7 version 2 over MLLP: the hl7 package as sender and as receiver."""

from __future__ import annotations

import asyncio
from pathlib import Path

import hl7
from hl7.mllp import open_hl7_connection, start_hl7_server

from tests.interop.wire import HOST, Wire, free_port, pick, rows

ADMIT = (
    "MSH|^~\\&|MONITOR|WARD1|ARCHIVE|HOSPITAL|20260304050607||ADT^A01|M-1|P|2.5\r"
    "EVN|A01|20260304050607\r"
    "PID|1||T-1^^^HOSPITAL||Nobody^Test\r"
    "PV1|1|I|WARD1^1^2\r"
)
RESULT = (
    "MSH|^~\\&|MONITOR|WARD1|ARCHIVE|HOSPITAL|20260304050608||ORU^R01|M-2|P|2.5\r"
    "PID|1||T-1\r"
    "OBR|1|||8867-4\r"
    "OBX|1|NM|8867-4^Heart rate||72|/min|||||F\r"
)
CODES = {"M-1": "AA", "M-2": "AE"}


def test_messages_and_acknowledgements(tmp_path: Path) -> None:
    async def serve(reader: hl7.mllp.HL7StreamReader, writer: hl7.mllp.HL7StreamWriter) -> None:
        try:
            while True:
                message = await reader.readmessage()
                identifier = str(message.segment("MSH")[10])
                writer.writemessage(message.create_ack(CODES[identifier], message_id=f"A-{identifier}"))
                await writer.drain()
        except asyncio.IncompleteReadError:
            writer.close()

    async def run() -> list[tuple[str, str]]:
        port = free_port()
        done: list[tuple[str, str]] = []
        async with await start_hl7_server(serve, HOST, port):
            reader, writer = await open_hl7_connection(HOST, wire.tcp(port, 2575))
            for text in (ADMIT, RESULT):
                writer.writemessage(hl7.parse(text))
                await writer.drain()
                answer = await asyncio.wait_for(reader.readmessage(), 10)
                done.append((str(answer.segment("MSA")[2]), str(answer.segment("MSA")[1])))
            writer.close()
            await writer.wait_closed()
        return done

    with Wire() as wire:
        done = asyncio.run(run())
    assert done == list(CODES.items())
    for port in (2575, 22_575):
        found = rows(wire.recording.write(tmp_path / f"{port}.pcapng", port), "hl7")
        assert not any("anomalies" in row for row in found)
        assert pick(found[::2], "kind", "function", "trigger_event", "control_id") == [
            ("request", "admission", "A01", "M-1"),
            ("request", "observation_result", "R01", "M-2"),
        ]
        assert pick(found[1::2], "kind", "acknowledged_control_id", "acknowledgement", "control_id") == [
            ("response", "M-1", "AA", "A-M-1"),
            ("response", "M-2", "AE", "A-M-2"),
        ]
        assert found[0]["segments"] == ["MSH", "EVN", "PID", "PV1"]
        assert pick(found[:2], "sending_application", "receiving_application", "version") == [
            ("MONITOR", "ARCHIVE", "2.5"),
            ("ARCHIVE", "MONITOR", "2.5"),
        ]
