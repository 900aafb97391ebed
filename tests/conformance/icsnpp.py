"""Prints how far our decoding agrees with the counted ICSNPP logs: ``python -m tests.conformance.icsnpp [PROTOCOL]...``."""

from __future__ import annotations

import json
import pkgutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from sightglass import engine
from tests.conformance import icsnpp_logs
from tests.conformance.copies import as_it_is
from tests.conformance.icsnpp_logs import Message, Row, Rows
from tests.conformance.perturb.transactions import KEY
from tests.conformance.truth import CAPTURES

TOP = 25
"""The truth keeps this many values of a field, the most frequent ones; of longer lists the rest is not compared."""

NUMBERS = {
    ("modbus", "tid"): int.from_bytes(KEY[:2], "big"),
    ("s7comm", "pdu_reference"): int.from_bytes(KEY[:2], "little"),  # the log swaps its bytes
    ("bacnet", "invoke_id"): KEY[0],
}
"""By what a perturbed copy changes the transaction numbers that the logs hold."""


@dataclass(frozen=True, slots=True)
class Log:
    """How our messages become rows of one log."""

    name: str
    protocol: str
    rows: Rows
    fields: tuple[str, ...]


@dataclass(slots=True)
class Agreement:
    """Cells of one protocol: the number of rows of a log, and each value of its fields."""

    right: int = 0
    wrong: list[tuple[str, str, str, str, int, int]] = field(default_factory=list)
    """Capture, log, field, value, count of the truth, our count."""

    @property
    def cells(self) -> int:
        """All of them."""
        return self.right + len(self.wrong)

    def add(self, cell: tuple[str, str, str, str], expected: int, counted: int) -> None:
        """Compares one cell."""
        if expected == counted:
            self.right += 1
        else:
            self.wrong.append((*cell, expected, counted))


def logs() -> dict[str, Log]:
    """Every log that has a mapping, by its file name."""
    found = {}
    for module in pkgutil.iter_modules(icsnpp_logs.__path__):
        mapping = import_module(f"{icsnpp_logs.__name__}.{module.name}")
        found[f"{module.name}.log"] = Log(
            f"{module.name}.log", mapping.PROTOCOL, mapping.rows, tuple(mapping.FIELDS)
        )
    return found


@lru_cache(maxsize=1)
def expectations() -> tuple[tuple[Path, dict[str, Any]], ...]:
    """Captures with the logs that are expected of them."""
    found = []
    for path in sorted((CAPTURES / "truth").glob("*.zeek.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        found.append((CAPTURES / data["file"], data["logs"]))
    return tuple(found)


def messages_of(path: Path, protocol: str) -> list[Message]:
    """Our messages of one capture."""
    decoding = engine.decode([path], protocols=[protocol])
    found: list[Message] = []
    while (lines := decoding.next()) is not None:
        found.extend(json.loads(line) for line in lines.splitlines())
    return found


def compare(
    name: str, log: Log, expected: dict[str, Any], messages: Iterable[Message], *, perturbed: bool = False
) -> Agreement:
    """Compares one log of one capture.

    Args:
        name: The capture.
        log: How messages become rows.
        expected: Number of rows and counted values.
        messages: Ours.
        perturbed: The messages are of a perturbed copy, whose transaction numbers are others.
    """
    agreement = Agreement()
    rows: list[Row] = list(log.rows(messages))
    agreement.add((name, log.name, "rows", ""), expected["rows"], len(rows))
    for each in log.fields:
        listed: dict[str, int] = expected["fields"].get(each, {})
        key = NUMBERS.get((log.protocol, each), 0) if perturbed else 0
        counted = Counter(
            str(int(row[each]) ^ key) if key and row[each] else row[each] for row in rows if each in row
        )
        values = listed.keys() if len(listed) >= TOP else listed.keys() | counted.keys()
        for value in sorted(values):
            agreement.add((name, log.name, each, value), listed.get(value, 0), counted[value])
    return agreement


def agreements(
    protocols: Iterable[str] = (), read: Callable[[Path], Path] = as_it_is
) -> dict[str, Agreement]:
    """Agreement by protocol over all captures that have expected logs.

    Args:
        protocols: Only these; all when empty.
        read: Which file to read instead of a capture, see `copies`.
    """
    wanted = set(protocols)
    found: dict[str, Agreement] = {}
    known = logs()
    for path, expected in expectations():
        name = f"{path.parent.name}/{path.name}"
        for log in (known[each] for each in expected if each in known):
            if wanted and log.protocol not in wanted:
                continue
            messages = messages_of(read(path), log.protocol)
            one = compare(name, log, expected[log.name], messages, perturbed=read is not as_it_is)
            total = found.setdefault(log.protocol, Agreement())
            total.right += one.right
            total.wrong += one.wrong
    return found


def unmapped() -> Iterator[str]:
    """Expected logs that no mapping reads."""
    known = logs()
    for path, expected in expectations():
        for log in expected:
            if log not in known:
                yield f"{path.parent.name}/{path.name} {log}"


def main() -> None:
    """Command line."""
    for protocol, agreement in agreements(sys.argv[1:]).items():
        share = 100 * agreement.right / agreement.cells if agreement.cells else 0.0
        print(f"{protocol}\t{agreement.right}/{agreement.cells}\t{share:.2f} %")
        for capture, log, name, value, expected, counted in agreement.wrong:
            print(f"    {capture}\t{log}\t{name}\t{value}\ttruth {expected}\tours {counted}")
    for each in unmapped():
        print(f"not compared\t{each}")


if __name__ == "__main__":
    main()
