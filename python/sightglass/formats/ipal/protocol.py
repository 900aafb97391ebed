"""What a protocol says of itself for IPAL, and what holds where it says nothing."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from sightglass.formats.shapes import Json

MAX_VALUES = 2000
"""Names that a range of addresses gives: the most bits of one Modbus request; more are left out."""

INTERROGATE = "interrogate"
INFORM = "inform"
COMMAND = "command"
ACTION = "action"
CONFIRMATION = "confirmation"
ACTIVITIES = (INTERROGATE, INFORM, COMMAND, ACTION, CONFIRMATION)

_COMMANDS = frozenset(
    ("write", "control", "program_download", "firmware_update", "configuration", "authentication", "session")
) | {"time_sync"}
_IDS = (
    *(
        "transaction_id",
        "pdu_reference",
        "invoke_id",
        "request_id",
        "message_id",
        "service_id",
        "sequence_number",
    ),
    *("packet_id", "serial_number", "sequence"),
)
Data = Callable[[Json, Json | None], Json]
"""Values by name, of a message and of the request that it answers where that was seen."""


def activity_of(message: Json) -> str:
    """Request, answer, command or act, by kind and category."""
    kind = message["kind"]
    if kind == "event":
        return INFORM
    if kind == "control":
        return CONFIRMATION
    changes = message["category"] in _COMMANDS
    if kind == "request":
        return COMMAND if changes else INTERROGATE
    return ACTION if changes else INFORM


def code_of(message: Json) -> int | str | None:
    """The number that the specification calls the function; its name where it has none."""
    code = message.get("code")
    return code if isinstance(code, int) else str(message["function"])


def asked(message: Json) -> Hashable | None:
    """What an answer to this message will repeat; None when nobody answers it."""
    return _repeated(message) if message["kind"] == "request" else None


def answered(message: Json) -> Hashable | None:
    """What this message repeats of the one that it answers; None when it answers none."""
    return _repeated(message) if message["kind"] == "response" else None


def _repeated(message: Json) -> Hashable:
    return (message.get("code"), *(str(message[name]) for name in _IDS if name in message))


def no_length(message: Json) -> int | None:
    """The decoder does not say how long a message is."""
    del message
    return None


def no_unit(message: Json) -> str | None:
    """Nothing lies behind the server's address."""
    del message
    return None


@dataclass(frozen=True, slots=True)
class IpalProtocol:
    """A protocol.

    Attributes:
        name: As IPAL calls it.
        protocol: As the decoder calls it.
        data: Its values.
        activity: One of `ACTIVITIES`.
        type: The value of ``type``.
        length: Bytes of the message; None where the decoder does not say.
        unit: What lies behind the server's address.
        asks: Tells the answers to a message apart; None when nobody answers it.
        answers: The same of an answer.
    """

    name: str
    protocol: str
    data: Data
    activity: Callable[[Json], str] = activity_of
    type: Callable[[Json], int | str | None] = code_of
    length: Callable[[Json], int | None] = no_length
    unit: Callable[[Json], str | None] = no_unit
    asks: Callable[[Json], Hashable | None] = asked
    answers: Callable[[Json], Hashable | None] = answered


def failed(message: Json) -> bool:
    """Whether a response refuses what was asked."""
    return message["kind"] == "response" and any(
        message.get(name) for name in ("exception", "error_code", "response_code", "error")
    )


def scalar(values: list[object]) -> object:
    """One value by itself, several as a list."""
    return values[0] if len(values) == 1 else values
