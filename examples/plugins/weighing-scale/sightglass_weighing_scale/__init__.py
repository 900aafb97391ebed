"""Scale Link: weighing terminals on a serial line, carried over TCP by a gateway.

Spec: invented for this example. A frame is ``STX address command data ETX check``: STX is 0x02, the address two digits,
the command one letter, ETX 0x03, and the check two hexadecimal digits, the exclusive or of all bytes between STX and
ETX, ETX included. Usual port TCP 4305. A terminal answers with the same address and command; its data begins with ``A``
(done) or with ``N`` and the digit of an error.
"""

from __future__ import annotations

from collections import deque
from functools import reduce
from operator import xor

from sightglass.sdk import Dissector, Fact, Message, NoMessage, ParseContext, Parsed, Probe, Variable, Verdict

STX, ETX = 0x02, 0x03
HEAD = 4  # STX, two digits, a letter
TAIL = 3  # ETX and the check
LONGEST = 128  # bytes of a frame; the longest answer holds four names of 24 letters
WAITING = 32  # requests without an answer that are remembered

# Letter: function, category.
COMMANDS = {
    "W": ("read_weight", "read"),
    "I": ("read_identity", "diagnostics"),
    "Z": ("set_zero", "control"),
    "T": ("tare", "control"),
    "P": ("set_preset", "write"),
}
ERRORS = {"1": "overload", "2": "not_stable", "3": "sealed", "4": "bad_data"}
IDENTITY = ("vendor", "model", "firmware", "serial")


def _check(frame: bytes) -> bool:
    """Whether the two digits at the end fit the rest."""
    try:
        said = int(frame[-2:], 16)
    except ValueError:
        return False
    return said == reduce(xor, frame[1:-2])


class ScaleLink(Dissector):
    """Scale Link over TCP."""

    protocol = "scale_link"
    tcp_ports = (4305,)
    max_message = LONGEST
    functions = tuple(name for name, _ in COMMANDS.values())
    errors = tuple(ERRORS.values())
    attributes = IDENTITY
    fields = {  # noqa: RUF012  # the base declares it a class variable
        "scale": "Address on the serial line, 0 to 99.",
        "weight_kg": "Weight as the terminal shows it, kilograms.",
        "stable": "Whether the weight stood still.",
        "preset_kg": "Weight at which the terminal closes its gate, kilograms.",
        "vendor": "Maker of the terminal.",
        "model": "Model of the terminal.",
        "firmware": "Its firmware.",
        "serial": "Its serial number.",
        "data": "Data of a command without a name.",
    }
    rules = "rules"
    not_decoded = ("the printer's own language, which some terminals pass through",)

    def __init__(self) -> None:
        """Nothing was asked yet."""
        self._asked: deque[tuple[int, str]] = deque(maxlen=WAITING)

    def recognise(self, probe: Probe) -> Verdict:
        """Framing, digits and the check together leave no doubt."""
        data = probe.data
        if data[0] != STX or not data[1:3].isdigit():
            return Verdict.MORE if data[0] == STX and len(data) < HEAD else Verdict.NO
        end = data.find(ETX)
        if end < 0 or len(data) < end + TAIL:
            return Verdict.MORE if len(data) < LONGEST else Verdict.NO
        return Verdict.SURE if end >= HEAD and _check(data[: end + TAIL]) else Verdict.NO

    def parse(self, data: bytes, context: ParseContext) -> Parsed | NoMessage:
        """Take one frame."""
        if data[0] != STX:
            return NoMessage.LOST
        end = data.find(ETX)
        if end < 0 or len(data) < end + TAIL:
            return NoMessage.MORE if len(data) < LONGEST and not context.last else NoMessage.LOST
        frame = data[: end + TAIL]
        if end < HEAD or not frame[1:3].isdigit():
            return NoMessage.LOST
        return Parsed(len(frame), (self._message(frame, context),))

    def _message(self, frame: bytes, context: ParseContext) -> Message:
        scale = int(frame[1:3])
        letter = chr(frame[3])
        text = frame[HEAD:-TAIL].decode("ascii", "replace")
        function, category = COMMANDS.get(letter, (ord(letter), "other"))
        fields: dict[str, object] = {"scale": scale}
        marks = () if _check(frame) else ("bad_checksum",)
        if context.to_server(self.tcp_ports):
            self._asked.append((scale, letter))
            marks += self._request(letter, text, fields)
            kind, error = "request", ""
        else:
            kind = "response"
            if (scale, letter) in self._asked:
                self._asked.remove((scale, letter))
            elif context.from_client is not None:
                marks += ("unexpected_response",)
            error, more = self._response(letter, text, fields)
            marks += more
        weight = fields.get("weight_kg")
        return Message(
            kind,
            function,
            code=ord(letter),
            category=category,
            error=error,
            address=f"scale {scale}",
            fields=fields,  # type: ignore[arg-type]
            anomalies=marks,
            facts=tuple(
                Fact(name, str(fields[name]), path=f"scale {scale}") for name in IDENTITY if name in fields
            ),
            variables=(Variable("weight_kg", weight, address=f"scale {scale}"),)
            if isinstance(weight, float)
            else (),
        )

    def _request(self, letter: str, text: str, fields: dict[str, object]) -> tuple[str, ...]:
        if letter == "P":
            try:
                fields["preset_kg"] = float(text)
            except ValueError:
                return ("bad_value",)
        elif letter not in COMMANDS:
            fields["data"] = text
            return ("unknown_function",)
        return ()

    def _response(self, letter: str, text: str, fields: dict[str, object]) -> tuple[str, tuple[str, ...]]:
        if text.startswith("N"):
            return ERRORS.get(text[1:2], "bad_data"), ()
        if not text.startswith("A"):
            return "", ("missing_field",)
        if letter == "W":
            try:
                fields["weight_kg"] = float(text[2:])
            except ValueError:
                return "", ("bad_value",)
            fields["stable"] = text[1:2] == "S"
        elif letter == "I":
            fields.update(zip(IDENTITY, text[1:].split(";"), strict=False))
        return "", ()
