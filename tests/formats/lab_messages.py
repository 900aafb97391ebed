"""What the decoder says of a lab capture, and what the formats make of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sightglass import engine
from sightglass.formats.eve import EveWriter
from sightglass.formats.ipal import IpalWriter
from sightglass.lab import Scenario, write_lab

ATTACKS = ("program-upload", "dnp3-restart", "malformed-messages", "firmware-update")


def messages_of(*paths: Path) -> Iterator[tuple[list[dict[str, Any]], engine.Table | None]]:
    """Messages and ended flows, a portion at a time."""
    decoding = engine.decode(paths, flows=True)
    while (lines := decoding.next()) is not None:
        yield [json.loads(line) for line in lines.split(b"\n") if line], decoding.flows()


def eve_of(*paths: Path) -> Iterator[dict[str, Any]]:
    """Events of captures."""
    writer = EveWriter()
    for messages, flows in messages_of(*paths):
        for message in messages:
            yield from writer.take(message)
        if flows is not None:
            yield from writer.end_flows(flows.names, flows.rows())
    yield from writer.finish()


def ipal_of(*paths: Path) -> Iterator[dict[str, Any]]:
    """IPAL messages of captures."""
    writer = IpalWriter(each["name"] for each in engine.protocols() if each["industrial"])
    for messages, _ in messages_of(*paths):
        for message in messages:
            yield from writer.take(message)


Rows = list[dict[str, Any]]


@lru_cache(maxsize=1)
def lab() -> tuple[Rows, Rows, Rows]:
    """Messages, EVE events and IPAL messages of one lab capture."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plant.pcapng"
        write_lab(path, Scenario(11, 0.03, 0, ATTACKS))
        decoded = [message for messages, _ in messages_of(path) for message in messages]
        return decoded, list(eve_of(path)), list(ipal_of(path))
