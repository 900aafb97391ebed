"""From decoded messages to IPAL messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sightglass.formats.ipal.generic import generic
from sightglass.formats.ipal.pending import Pending
from sightglass.formats.ipal.protocol import IpalProtocol
from sightglass.formats.ipal.registry import BY_PROTOCOL, CONTAINERS
from sightglass.formats.shapes import Json
from sightglass.model import parse_rfc3339

_NS_PER_S = 1_000_000_000


class IpalWriter:
    """Makes a message of each that is industrial; others give none."""

    def __init__(self, industrial: Iterable[str] = ()) -> None:
        """Begin with message 0.

        Args:
            industrial: Protocols that give messages beside those in the registry, with the values that can be found.
        """
        others = set(industrial) - set(BY_PROTOCOL) - CONTAINERS
        self._protocols: dict[str, IpalProtocol] = {**BY_PROTOCOL, **{name: generic(name) for name in others}}
        self._pending = Pending()
        self._next = 0

    def take(self, message: Json) -> Iterator[Json]:
        """Take the next message; give its IPAL message, if it has one."""
        protocol = self._protocols.get(message["protocol"])
        if protocol is None:
            return
        number = self._next
        self._next += 1
        place = (protocol.name, message["flow_id"])
        key = protocol.answers(message)
        answers = self._pending.answer((place, key)) if key is not None else None
        key = protocol.asks(message)
        if key is not None:
            self._pending.ask((place, key), number, message)
        source, destination = _ends(protocol, message)
        yield {
            "id": number,
            "timestamp": parse_rfc3339(message["time"]) / _NS_PER_S,
            "protocol": protocol.name,
            "malicious": None,
            "src": source,
            "dest": destination,
            "length": protocol.length(message),
            "crc": None,
            "type": protocol.type(message),
            "activity": protocol.activity(message),
            "responds to": [answers[0]] if answers is not None else [],
            "data": protocol.data(message, answers[1] if answers is not None else None),
        }


def _ends(protocol: IpalProtocol, message: Json) -> tuple[str, str]:
    """Source and destination; the unit stands behind the address of the side that is asked."""
    source, destination = message["src"], message["dst"]
    unit = protocol.unit(message)
    if unit is None:
        return source, destination
    if message["kind"] == "request":
        return source, f"{destination}:{unit}"
    return f"{source}:{unit}", destination
