"""Measures how far we agree with every source and writes ``docs/scoreboard.md``: ``python -m tests.conformance.scoreboard``.

The numbers are kept in ``scoreboard.csv`` beside this file; the page and the protocols' pages are made of it, and a test
fails when a number drops below it.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from pathlib import Path

from sightglass import engine
from tests.conformance import differences, icsnpp, ndpi
from tests.conformance.copies import as_it_is, copies
from tests.conformance.counts import RULES
from tests.conformance.score import score
from tests.conformance.truth import ROOT

TABLE = Path(__file__).with_name("scoreboard.csv")
PAGE = ROOT / "docs" / "scoreboard.md"
OWN = ROOT / "tests" / "captures"
TSHARK, ICSNPP, NDPI, OURSELVES = "TShark", "ICSNPP", "nDPI", "own"


@dataclass(frozen=True, slots=True)
class Row:
    """One protocol beside one source.

    Attributes:
        protocol: As the source calls it.
        ours: What we call its parts, separated by blanks.
        source: Whom we are compared with.
        cells: What was compared: a capture, a field and a value.
        right: Cells with equal counts.
        explained: The same, with differences that were looked into and are not ours.
        perturbed: Cells with equal counts in perturbed copies.
        foreign: The same with servers on foreign ports.
    """

    protocol: str
    ours: str
    source: str
    cells: int
    right: int
    explained: int
    perturbed: int
    foreign: int

    @property
    def key(self) -> tuple[str, str]:
        """What makes it this row."""
        return self.source, self.protocol


@dataclass(frozen=True, slots=True)
class Count:
    """Cells of one protocol in one way of reading."""

    ours: str
    cells: int
    right: int
    explained: int


Counts = dict[tuple[str, str], Count]


def counts(read: Callable[[Path], Path] = as_it_is) -> Counts:
    """By source and protocol."""
    found: Counts = {}
    known = differences.documented(differences.TRUTH)
    for protocol, each in score(sorted(RULES), read=read).items():
        explained = sum(
            (capture, protocol, name, value) in known for capture, name, value, _, _ in each.wrong
        )
        ours = sorted({name for own, _ in RULES[protocol].values() for name in own.split()})
        found[TSHARK, protocol] = Count(" ".join(ours), each.cells, each.right, each.right + explained)
    known = differences.documented(differences.ICSNPP)
    for protocol, agreement in icsnpp.agreements(read=read).items():
        explained = sum(cell[:4] in known for cell in agreement.wrong)
        found[ICSNPP, protocol] = Count(
            protocol, agreement.cells, agreement.right, agreement.right + explained
        )
    for protocol, presence in ndpi.presence(read).items():
        found[NDPI, protocol] = Count(protocol, presence.cells, presence.right, presence.right)
    for protocol, (cells, right) in own(read).items():
        found[OURSELVES, protocol] = Count(protocol, cells, right, right)
    return found


def own(read: Callable[[Path], Path] = as_it_is) -> dict[str, tuple[int, int]]:
    """Cells and equal ones of the captures made by ourselves; each folder's ``expected.csv`` says what was sent."""
    found: dict[str, tuple[int, int]] = {}
    for table in sorted(OWN.glob("*/expected.csv")):
        expected: Counter[tuple[str, str, str, str]] = Counter()
        with table.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                expected[row["capture"], row["protocol"], row["kind"], row["function"]] += int(row["count"])
        counted: Counter[tuple[str, str, str, str]] = Counter()
        for capture in sorted({key[0] for key in expected}):
            protocols = sorted({key[1] for key in expected if key[0] == capture})
            decoding = engine.decode([read(table.parent / capture)], protocols=protocols)
            while (lines := decoding.next()) is not None:
                for message in map(json.loads, lines.splitlines()):
                    counted[capture, message["protocol"], message["kind"], message["function"]] += 1
        for key in expected.keys() | counted.keys():
            cells, right = found.get(key[1], (0, 0))
            found[key[1]] = cells + 1, right + (expected[key] == counted[key])
    return found


@lru_cache(maxsize=1)
def as_captured() -> Counts:
    """Counts of the captures as they are."""
    return counts()


def measure() -> list[Row]:
    """Every row, with both kinds of perturbed copies."""
    plain = as_captured()
    with copies(perturbed=True) as read:
        perturbed = counts(read)
    with copies(foreign_ports=True) as read:
        foreign = counts(read)
    order = (TSHARK, ICSNPP, NDPI, OURSELVES)
    return [
        Row(
            protocol,
            each.ours,
            source,
            each.cells,
            each.right,
            each.explained,
            perturbed[source, protocol].right,
            foreign[source, protocol].right,
        )
        for (source, protocol), each in sorted(
            plain.items(), key=lambda item: (order.index(item[0][0]), item[0][1])
        )
    ]


def load() -> list[Row]:
    """The rows as committed."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [
            Row(
                row["protocol"],
                row["ours"],
                row["source"],
                *(int(row[name]) for name in ("cells", "right", "explained", "perturbed", "foreign")),
            )
            for row in csv.DictReader(file)
        ]


def save(rows: Iterable[Row]) -> None:
    """Writes the rows and the page."""
    rows = list(rows)
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [each.name for each in fields(Row)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)
    PAGE.write_text(page(rows), encoding="utf-8")


def page(rows: Iterable[Row]) -> str:
    """The scoreboard as Markdown."""
    rows = list(rows)
    text = [
        "# Scoreboard",
        "",
        "How far what Sightglass decodes agrees with others. Written by `python -m tests.conformance.scoreboard`; a test",
        "fails when a number drops.",
        "",
        "A cell is one capture, one field and one value; it is right when both sides count the same. The columns:",
        "",
        "- **Strict**: cells with equal counts.",
        "- **Explained**: strict, and the differences that were looked into and found with the source; each stands with",
        "  its reason in `tests/conformance/disagreements.md` and `tests/conformance/icsnpp_disagreements.md`.",
        "- **Perturbed**: strict, on copies of the captures with other addresses, times, client ports, sequence and",
        "  transaction numbers.",
        "- **Foreign ports**: strict, on such copies whose servers also listen on ports that nobody registered.",
        "",
    ]
    for title, source, what in (
        (
            "TShark",
            TSHARK,
            "Functions, addresses and codes, counted by TShark 4.6. Cells on which two versions of it differ are left out.",
        ),
        (
            "ICSNPP",
            ICSNPP,
            "Rows and field values of the logs that the ICSNPP parsers' own tests expect.",
        ),
        (
            "nDPI",
            NDPI,
            "Whether we see the protocol that nDPI's own tests expect; a cell is a capture and a protocol.",
        ),
        (
            "Captures made by ourselves",
            OURSELVES,
            "Recorded by us, an independent implementation on one side or both: they prove less than others' do.",
        ),
    ):
        chosen = [row for row in rows if row.source == source]
        if chosen:
            text += [f"## {title}", "", what, "", *_table(chosen), ""]
    return "\n".join(text)


def _table(rows: list[Row]) -> list[str]:
    total = Row(
        "**all**",
        "",
        "",
        *(sum(getattr(row, each.name) for row in rows) for each in fields(Row)[3:]),
    )
    return [
        "| Protocol | Cells | Strict | Explained | Perturbed | Foreign ports |",
        "|---|--:|--:|--:|--:|--:|",
        *(
            f"| {row.protocol} | {row.cells} | "
            + " | ".join(
                f"{share(value, row.cells)} %"
                for value in (row.right, row.explained, row.perturbed, row.foreign)
            )
            + " |"
            for row in [*rows, total]
        ),
    ]


def share(part: int, whole: int) -> str:
    """Percent with two decimals; never rounded up to a hundred."""
    return f"{min(100 * part / whole, 99.99 if part < whole else 100):.2f}" if whole else "0.00"


def main() -> None:
    """Command line."""
    before = {row.key: row for row in load()} if TABLE.is_file() else {}
    rows = measure()
    save(rows)
    for row in rows:
        old = before.get(row.key)
        mark = "" if old in {None, row} else f"\twas {old}"
        print(
            f"{row.source}\t{row.protocol}\t{row.right}/{row.cells}\texplained {row.explained}"
            f"\tperturbed {row.perturbed}\tforeign ports {row.foreign}{mark}"
        )


if __name__ == "__main__":
    main()
