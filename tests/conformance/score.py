"""Prints how far our decoding agrees with the truth files.

    python -m tests.conformance.score [--perturbed | --foreign-ports] [PROTOCOL]...

With ``--perturbed`` a changed copy of each capture is scored instead; with ``--foreign-ports`` its servers listen on
ports that nobody registered, too.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from sightglass import engine
from tests.conformance.copies import as_it_is, copies
from tests.conformance.counts import RULES, count
from tests.conformance.fields import Message
from tests.conformance.truth import all_truth

SKIPPED_FOLDERS = ("malformed/",)


@dataclass(slots=True)
class Score:
    """Cells of one protocol: one is a capture, a field and a value."""

    right: int = 0
    only_ours: int = 0
    """Cells of captures in which the truth knows the protocol not at all."""
    wrong: list[tuple[str, str, str, int, int]] = field(default_factory=list)
    """Capture, field, value, count of the truth, our count."""

    @property
    def cells(self) -> int:
        """All of them."""
        return self.right + len(self.wrong)


def messages_of(path: Path, protocols: set[str] | None = None) -> list[Message]:
    """Our messages of one capture."""
    decoding = engine.decode([path], protocols=sorted(protocols) if protocols else None)
    found: list[Message] = []
    while (lines := decoding.next()) is not None:
        found.extend(json.loads(line) for line in lines.splitlines())
    return found


@lru_cache(maxsize=1)
def unscored() -> frozenset[tuple[str, str, str, str]]:
    """Cells on which two versions of TShark disagree; see `second_opinion`."""
    path = Path(__file__).with_name("unscored.csv")
    if not path.is_file():
        return frozenset()
    with path.open(encoding="utf-8", newline="") as file:
        return frozenset(
            (row["capture"], row["protocol"], row["field"], row["value"]) for row in csv.DictReader(file)
        )


def score(
    protocols: list[str],
    *,
    scored_only: bool = True,
    read: Callable[[Path], Path] = as_it_is,
    only: Collection[Path] | None = None,
) -> dict[str, Score]:
    """Score truth protocols over all captures.

    Args:
        protocols: As the truth files name them.
        scored_only: Leave out cells on which two versions of TShark disagree.
        read: Which file to read instead of a capture, see `copies`.
        only: Only these captures.
    """
    left_out = unscored() if scored_only else frozenset()
    scores = {protocol: Score() for protocol in protocols}
    own = {name for protocol in protocols for rule in RULES[protocol].values() for name in rule[0].split()}
    for truth in all_truth():
        if truth.name.startswith(SKIPPED_FOLDERS) or "error" in truth.data:
            continue
        ops = truth.ops
        if only is not None and truth.path not in only:
            continue
        if read is not as_it_is and not set(protocols) & ops.keys():
            continue
        ours = count(messages_of(read(truth.path), own))
        for protocol in protocols:
            cut = {
                name
                for name, values in truth.data.get("ops", {}).get(protocol, {}).items()
                if name not in ops.get(protocol, {})
            }
            for name in RULES[protocol]:
                if name in cut:
                    continue
                expected = {
                    value: numbers[0] for value, numbers in ops.get(protocol, {}).get(name, {}).items()
                }
                counted = ours.get(protocol, {}).get(name, Counter())
                if protocol not in truth.data.get("ops", {}):
                    scores[protocol].only_ours += len(counted)
                    continue
                for value in sorted(expected.keys() | counted.keys()):
                    if (truth.name, protocol, name, value) in left_out:
                        continue
                    if expected.get(value, 0) == counted[value]:
                        scores[protocol].right += 1
                    else:
                        wrong = (truth.name, name, value, expected.get(value, 0), counted[value])
                        scores[protocol].wrong.append(wrong)
    return scores


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Compare our decoding with the truth files.")
    parser.add_argument("--perturbed", action="store_true", help="score changed copies of the captures")
    parser.add_argument(
        "--foreign-ports", action="store_true", help="the same, with servers on foreign ports"
    )
    parser.add_argument(
        "protocols", nargs="*", metavar="PROTOCOL", help="only these, as the truth names them"
    )
    options = parser.parse_args()
    with copies(perturbed=options.perturbed, foreign_ports=options.foreign_ports) as read:
        scores = score(options.protocols or sorted(RULES), read=read)
    for protocol, result in scores.items():
        share = 100 * result.right / result.cells if result.cells else 0.0
        print(f"{protocol}\t{result.right}/{result.cells}\t{share:.2f} %\tonly ours {result.only_ours}")
        for capture, name, value, expected, counted in result.wrong:
            print(f"    {capture}\t{name}\t{value}\ttruth {expected}\tours {counted}")


if __name__ == "__main__":
    main()
