"""From decoded messages to EVE events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sightglass.formats.eve import flow
from sightglass.formats.eve.envelope import envelope
from sightglass.formats.eve.exchanges import Exchange, Exchanges
from sightglass.formats.eve.registry import BY_PROTOCOL
from sightglass.formats.shapes import Json

CARRIED = "carried"
"""Key under which a message of EtherNet/IP holds the CIP messages that came in it."""
MAX_CARRIED = 512
"""Messages in one encapsulation; a CIP multiple service packet cannot hold more in 64 KiB of sense."""
_OUTER = "enip"
_INNER = frozenset({"cip", "pccc"})
"""What EtherNet/IP carries; PCCC has events of its own."""
_SHARED = frozenset(
    ("frame", "first_frame", "capture", "time", "flow_id", "proto", "community_id", "src", "dst", "vlan")
) | {"protocol", "anomalies"}


class EveWriter:
    """Makes events of messages, in the order in which they become complete."""

    def __init__(self) -> None:
        """Begin with nothing under way."""
        self._exchanges = Exchanges()
        self._outer: Json | None = None

    def take(self, message: Json) -> Iterator[Json]:
        """Take the next message; give the events that are complete by it."""
        outer = self._outer
        if outer is not None:
            if message["protocol"] in _INNER and all(
                message[name] == outer[name] for name in ("frame", "flow_id", "kind")
            ):
                if message["protocol"] != "cip":
                    yield from self._single(message)
                    return
                if len(outer[CARRIED]) < MAX_CARRIED:
                    outer[CARRIED].append(message)
                yield from _anomalies(message)
                return
            self._outer = None
            yield from self._single(outer)
        if message["protocol"] == _OUTER:
            self._outer = {**message, CARRIED: []}
        else:
            yield from self._single(message)

    def end_flows(self, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[Json]:
        """Take flows that have ended; give what is unfinished in them, then an event for each.

        Args:
            names: Names of the columns of the table ``flow``.
            rows: Its rows.
        """
        ended = [dict(zip(names, row, strict=True)) for row in rows]
        numbers = {row["flow_id"] for row in ended}
        if self._outer is not None and self._outer["flow_id"] in numbers:
            outer, self._outer = self._outer, None
            yield from self._single(outer)
        yield from self._events(self._exchanges.end(numbers))
        yield from map(flow.event, ended)

    def finish(self) -> Iterator[Json]:
        """Give what is unfinished at the end."""
        if self._outer is not None:
            outer, self._outer = self._outer, None
            yield from self._single(outer)
        yield from self._events(self._exchanges.rest())

    def _single(self, message: Json) -> Iterator[Json]:
        kind = BY_PROTOCOL.get(message["protocol"])
        if kind is None:
            yield _own(message)
        else:
            step = kind.step(message)
            if step is None:
                yield from self._events([Exchange(kind, 0, None, opened=False, messages=[message])])
            else:
                yield from self._events(self._exchanges.take(kind, message, step))
        yield from _anomalies(message)

    def _events(self, exchanges: Iterable[Exchange]) -> Iterator[Json]:
        for exchange in exchanges:
            content = exchange.kind.content(exchange.messages)
            if content is None:
                continue
            yield {**_head(exchange), exchange.kind.name: content}


def _head(exchange: Exchange) -> Json:
    """The shared part, by the last message; the first side is the client's where the event type says so."""
    first, last = exchange.messages[0], exchange.messages[-1]
    turned = False
    if exchange.kind.client_first:
        answer = first["kind"] == "response" and not exchange.opened
        client = first["dst"] if answer else first["src"]
        turned = last["src"] != client
    return envelope(last, exchange.kind.name, turned=turned)


def _own(message: Json) -> Json:
    """A message of a protocol that Suricata has no event for: our fields under the protocol's name."""
    protocol = message["protocol"]
    content = {name: value for name, value in message.items() if name not in _SHARED}
    return {**envelope(message, protocol, turned=False), protocol: content}


def _anomalies(message: Json) -> Iterator[Json]:
    for mark in message.get("anomalies", ()):
        content = {
            "app_proto": message["protocol"],
            "type": "applayer",
            "event": mark,
            "layer": "proto_parser",
        }
        yield {**envelope(message, "anomaly", turned=False), "anomaly": content}
