"""``sightglass lab``: write a simulated plant as a capture."""

from __future__ import annotations

from pathlib import Path

import click

EXIT_FAILED = 1
EXIT_USAGE = 2


@click.group()
def lab() -> None:
    """A simulated plant to try things on: captures with known content."""


@lab.command()
@click.argument(
    "file",
    metavar="FILE",
    type=Path,
    help="Capture to write; .pcap or .pcapng. The truth goes to FILE.truth.json.",
)
@click.argument("more", metavar="[NAME]...", nargs=-1, help="Further attacks, as after --attack.")
@click.option(
    "--seed",
    metavar="N",
    type=int,
    default=1,
    help="Decides the plant: devices, addresses, names, periods.",
)
@click.option("--hours", metavar="H", type=float, default=1.0, help="Length in hours; may be fractional.")
@click.option(
    "--run",
    metavar="N",
    type=int,
    default=0,
    help="Another stretch of time of the same plant, same kinds of act.",
)
@click.option(
    "--attack",
    metavar="NAME...",
    multiple=True,
    help="Attacks to include, see 'lab attacks'; 'all' or 'none'.",
)
def write(
    file: Path, more: tuple[str, ...], seed: int, hours: float, run: int, attack: tuple[str, ...]
) -> None:
    """Write a plant's traffic: the same bytes for the same options."""
    from sightglass.lab import Scenario, truth_path, write_lab

    try:
        names = attack_names([*attack, *more])
        truth = write_lab(file, Scenario(seed=seed, hours=hours, run=run, attacks=names))
    except ValueError as error:
        click.echo(f"error: {error}", err=True)
        raise click.exceptions.Exit(EXIT_USAGE) from None
    except OSError as error:
        click.echo(f"error: cannot write {file}: {error.strerror or error}", err=True)
        raise click.exceptions.Exit(EXIT_FAILED) from None
    counts = f"{truth['frames']} frames, {len(truth['devices'])} devices, {len(names)} attacks"
    click.echo(f"{file}: {counts}; truth in {truth_path(file)}", err=True)


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
@click.option(
    "--format",
    "style",
    type=click.Choice(("table", "json", "jsonl", "csv")),
    default="table",
    help="How to print them.",
)
def attacks(style: str) -> None:
    """List the attacks that 'lab write' knows, with the detections that must see them."""
    import csv
    import json
    import sys

    from sightglass.lab import ATTACKS

    rows = [
        {"name": name, "expected": list(attack.expected), "summary": attack.summary}
        for name, attack in sorted(ATTACKS.items())
    ]
    if style == "json":
        click.echo(json.dumps(rows, indent=1))
    elif style == "jsonl":
        for row in rows:
            click.echo(json.dumps(row))
    elif style == "csv":
        out = csv.writer(sys.stdout, lineterminator="\n")
        out.writerow(rows[0])
        out.writerows([row["name"], " ".join(row["expected"]), row["summary"]] for row in rows)
    else:
        width = max(len(name) for name in ATTACKS)
        for row in rows:
            click.echo(f"{row['name']:<{width}}  {row['summary']} [{', '.join(row['expected'])}]")


def register(group: click.Group) -> None:
    """Add the ``lab`` group to the program."""
    group.add_command(lab)
