"""bacnet.log: one row an APDU."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.conformance.icsnpp_logs import Message, Row, row

PROTOCOL = "bacnet"
FIELDS = ("bvlc_function", "pdu_type", "pdu_service", "invoke_id", "result_code")

PDU_TYPES = {0: "CONFIRMED_REQUEST", 1: "UNCONFIRMED_REQUEST", 2: "SIMPLE_ACK", 3: "COMPLEX_ACK"}
PDU_TYPES |= {4: "SEGMENT_ACK", 5: "ERROR_PDU", 6: "REJECT_PDU", 7: "ABORT_PDU"}
SPECIAL = {"npdu": "NPDU", "to": "to"}
REASONS = ("error_code_name", "reject_reason_name", "abort_reason_name")


def bvlc_function(message: Message) -> str | None:
    """``bvlc_original_unicast_npdu`` as ``Original_Unicast_NPDU``."""
    name = message.get("bvlc_function_name")
    if name is None:
        return None
    words = str(name).removeprefix("bvlc_").split("_")
    return "_".join(SPECIAL.get(word, word.title()) for word in words)


def rows(messages: Iterable[Message]) -> Iterator[Row]:
    """Network layer messages and bare BVLC functions have no row."""
    for message in messages:
        kind = message.get("pdu_type")
        if kind is None:
            continue
        reason = next((message[name] for name in REASONS if name in message), None)
        yield row(
            bvlc_function=bvlc_function(message),
            pdu_type=PDU_TYPES[kind],
            pdu_service=message["function"] if "code" in message else None,
            invoke_id=message.get("invoke_id"),
            result_code=None if reason is None else reason.replace("_", "-"),
        )
