"""s7comm.log: one row a PDU."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.conformance.icsnpp_logs import Message, Row, row

PROTOCOL = "s7comm"
FIELDS = (
    "rosctr_code",
    "rosctr_name",
    "pdu_reference",
    "function_code",
    "function_name",
    "error_class",
    "error_code",
)

ROSCTR = {1: "Job-Request", 2: "ACK", 3: "ACK-Data", 7: "UserData"}
FUNCTIONS = {
    0x04: "Read Variable",
    0x05: "Write Variable",
    0x1A: "Request Download",
    0x1B: "Download Block",
    0x1C: "Download Ended",
    0x1D: "Start Upload",
    0x1E: "Upload",
    0x1F: "End Upload",
    0x28: "PLC Control",
    0x29: "PLC Stop",
    0xF0: "Setup Communication",
}
CLASSES = {0x00: "No error"}


def rows(messages: Iterable[Message]) -> Iterator[Row]:
    """The tool reads the reference, which only its sender understands, with the low byte first."""
    for message in messages:
        code, error_class, error_code = (message.get(name) for name in ("code", "error_class", "error_code"))
        reference = int(message["pdu_reference"]).to_bytes(2, "big")
        yield row(
            rosctr_code=message["rosctr"],
            rosctr_name=ROSCTR.get(message["rosctr"]),
            pdu_reference=int.from_bytes(reference, "little"),
            function_code=None if code is None else f"0x{code:02x}",
            function_name=None if code is None else FUNCTIONS.get(code),
            error_class=None if error_class is None else CLASSES.get(error_class, str(error_class)),
            error_code=None if error_code is None else f"0x{error_code:02x}",
        )
