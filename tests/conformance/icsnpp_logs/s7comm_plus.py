"""s7comm_plus.log: one row a PDU."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.conformance.icsnpp_logs import Message, Row, row, titled

PROTOCOL = "s7comm_plus"
FIELDS = ("version", "opcode", "opcode_name", "function_code", "function_name")

# The first versions of the protocol call what a controller sends unasked a notification, the tool as well.
OPCODES = {0x31: "Request", 0x32: "Response", 0x33: "Notification", 0x02: "Response2"}


def rows(messages: Iterable[Message]) -> Iterator[Row]:
    """System events and keep-alives have no opcode and no row."""
    for message in messages:
        if "opcode" not in message:
            continue
        code = message.get("code")
        yield row(
            version=message["version"],
            opcode=f"0x{message['opcode']:02x}",
            opcode_name=OPCODES.get(message["opcode"]),
            function_code=None if code is None else f"0x{code:04x}",
            function_name=None if code is None else titled(message["function"]),
        )
