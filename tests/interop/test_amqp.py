"""AMQP 1.0: Qpid Proton as container on both sides."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from proton import Event, Message
from proton.handlers import MessagingHandler
from proton.reactor import Container

from tests.interop.wire import HOST, SERVER_IP, Wire, free_port, pick, rows

SENT = 3


class Receiver(MessagingHandler):
    """Takes messages and refuses the second."""

    def __init__(self, port: int) -> None:
        super().__init__(auto_accept=False)
        self.port = port
        self.got: list[object] = []

    def on_start(self, event: Event) -> None:
        self.acceptor = event.container.listen(f"{HOST}:{self.port}")

    def on_message(self, event: Event) -> None:
        self.got.append(event.message.body)
        if len(self.got) == 2:
            self.reject(event.delivery)
        else:
            self.accept(event.delivery)

    def on_link_opening(self, event: Event) -> None:
        event.link.target.address = event.link.remote_target.address
        event.link.source.address = event.link.remote_source.address

    def on_connection_closed(self, event: Event) -> None:
        self.acceptor.close()


class Sender(MessagingHandler):
    """Sends and keeps the outcome of every message."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port
        self.sent = 0
        self.outcomes: list[str] = []

    def on_start(self, event: Event) -> None:
        connection = event.container.connect(
            f"{HOST}:{self.port}", reconnect=False, allowed_mechs="ANONYMOUS"
        )
        event.container.create_sender(connection, "plant/line1")

    def on_sendable(self, event: Event) -> None:
        while event.sender.credit and self.sent < SENT:
            self.sent += 1
            event.sender.send(Message(id=self.sent, subject="reading", body={"value": self.sent * 1.5}))

    def settled(self, event: Event, outcome: str) -> None:
        self.outcomes.append(outcome)
        if len(self.outcomes) == SENT:
            event.connection.close()

    def on_accepted(self, event: Event) -> None:
        self.settled(event, "accepted")

    def on_rejected(self, event: Event) -> None:
        self.settled(event, "rejected")


def test_transfers(tmp_path: Path) -> None:
    port = free_port()
    receiver = Receiver(port)
    thread = threading.Thread(target=Container(receiver).run, daemon=True)
    with Wire() as wire:
        thread.start()
        relay = wire.tcp(port, 5672)
        sender = Sender(relay)
        Container(sender).run()
        thread.join(10)
    for port in (5672, 25_672):
        found = rows(wire.recording.write(tmp_path / f"{port}.pcapng", port), "amqp")
        assert not any("anomalies" in row for row in found)
        assert [row["function"] for row in found if row["dst"].startswith(SERVER_IP)] == [
            "protocol_header",
            "sasl_init",
            "protocol_header",
            "open",
            "begin",
            "attach",
            *["transfer"] * SENT,
            "close",
        ]
        attach = next(row for row in found if row["function"] == "attach")
        assert "plant/line1" in json.dumps(attach["target"])
        transfers = [row for row in found if row["function"] == "transfer"]
        assert pick(transfers, "delivery_id") == [(number,) for number in range(SENT)]
        outcomes: dict[int, str] = {}
        for row in found:
            if row["function"] == "disposition" and row["role"]:
                for number in range(row["first"], row.get("last", row["first"]) + 1):
                    outcomes[number] = row["state"]["descriptor_name"]
        assert outcomes == {0: "accepted", 1: "rejected", 2: "accepted"}
        assert sorted(sender.outcomes) == sorted(outcomes.values())
    assert len(receiver.got) == SENT
