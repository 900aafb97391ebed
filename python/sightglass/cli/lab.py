"""``sightglass lab``: write a simulated plant as a capture."""

from __future__ import annotations

import csv
import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

EXIT_FAILED = 1
EXIT_USAGE = 2

lab = typer.Typer(no_args_is_help=True)


class ListFormat(StrEnum):
    """How lists are printed."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


@lab.callback()
def group() -> None:
    """A simulated plant to try things on: captures with known content."""


@lab.command()
def write(
    file: Annotated[
        Path, typer.Argument(help="Capture to write; .pcap or .pcapng. The truth goes to FILE.truth.json.")
    ],
    more: Annotated[list[str] | None, typer.Argument(help="Further attacks.", hidden=True)] = None,
    *,
    seed: Annotated[int, typer.Option(help="Decides the plant: devices, addresses, names, periods.")] = 1,
    hours: Annotated[float, typer.Option(help="Length in hours; may be fractional.")] = 1.0,
    run: Annotated[
        int, typer.Option(help="Another stretch of time of the same plant, same kinds of act.")
    ] = 0,
    attack: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME...", help="Attacks to include, see 'lab attacks'; 'all' or 'none'."),
    ] = None,
) -> None:
    """Write a plant's traffic: the same bytes for the same options."""
    from sightglass.lab import Scenario, truth_path, write_lab

    try:
        names = attack_names([*(attack or []), *(more or [])])
        truth = write_lab(file, Scenario(seed=seed, hours=hours, run=run, attacks=names))
    except ValueError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(EXIT_USAGE) from None
    except OSError as error:
        typer.echo(f"error: cannot write {file}: {error.strerror or error}", err=True)
        raise typer.Exit(EXIT_FAILED) from None
    counts = f"{truth['frames']} frames, {len(truth['devices'])} devices, {len(names)} attacks"
    typer.echo(f"{file}: {counts}; truth in {truth_path(file)}", err=True)


def attack_names(words: list[str]) -> tuple[str, ...]:
    """Resolve what was given for ``--attack``: names, lists with commas, ``all`` or ``none``.

    Raises:
        ValueError: ``all`` or ``none`` stands beside other words.
    """
    from sightglass.lab import ATTACKS

    names = [name for word in words for name in word.split(",") if name]
    special = {"all": tuple(sorted(ATTACKS)), "none": ()}
    for word, meaning in special.items():
        if word in names:
            if len(names) > 1:
                message = f"'{word}' cannot stand beside other attacks"
                raise ValueError(message)
            return meaning
    return tuple(names)


@lab.command()
def attacks(
    style: Annotated[
        ListFormat, typer.Option("--format", help="table, json, jsonl or csv.")
    ] = ListFormat.TABLE,
) -> None:
    """List the attacks that 'lab write' knows, with the detections that must see them."""
    from sightglass.lab import ATTACKS

    rows = [
        {"name": name, "expected": list(attack.expected), "summary": attack.summary}
        for name, attack in sorted(ATTACKS.items())
    ]
    if style is ListFormat.JSON:
        typer.echo(json.dumps(rows, indent=1))
    elif style is ListFormat.JSONL:
        for row in rows:
            typer.echo(json.dumps(row))
    elif style is ListFormat.CSV:
        out = csv.writer(sys.stdout, lineterminator="\n")
        out.writerow(rows[0])
        out.writerows([row["name"], " ".join(row["expected"]), row["summary"]] for row in rows)
    else:
        width = max(len(name) for name in ATTACKS)
        for row in rows:
            typer.echo(f"{row['name']:<{width}}  {row['summary']} [{', '.join(row['expected'])}]")


def register(app: typer.Typer) -> None:
    """Add the ``lab`` group to the program."""
    app.add_typer(lab, name="lab")
