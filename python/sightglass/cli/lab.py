"""``sightglass lab``: write a simulated plant as a capture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

EXIT_FAILED = 1
EXIT_USAGE = 2

lab = typer.Typer(
    help="A simulated plant to try things on: captures with known content.", no_args_is_help=True
)


@lab.callback()
def group() -> None:
    """A simulated plant to try things on: captures with known content."""


@lab.command()
def write(
    file: Annotated[
        Path, typer.Argument(help="Capture to write; .pcap or .pcapng. The truth goes to FILE.truth.json.")
    ],
    more: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Further attacks.", hidden=True)
    ] = None,
    *,
    seed: Annotated[int, typer.Option(help="Decides the plant: devices, addresses, names, periods.")] = 1,
    hours: Annotated[float, typer.Option(help="Length in hours; may be fractional.")] = 1.0,
    run: Annotated[
        int, typer.Option(help="Another stretch of time of the same plant, with the same kinds of act.")
    ] = 0,
    attack: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Attack to include (repeatable), 'all' or 'none'."),
    ] = None,
) -> None:
    """Write a plant's traffic: the same bytes for the same options."""
    from sightglass.lab import ATTACKS, Scenario, truth_path, write_lab  # noqa: PLC0415 - keeps --help fast

    names = [name for text in (*(attack or []), *(more or [])) for name in text.split(",") if name]
    if "all" in names:
        names = sorted(ATTACKS)
    elif names == ["none"]:
        names = []
    try:
        scenario = Scenario(seed=seed, hours=hours, run=run, attacks=tuple(names))
        truth = write_lab(file, scenario)
    except ValueError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(EXIT_USAGE) from None
    except OSError as error:
        typer.echo(f"error: cannot write {file}: {error.strerror or error}", err=True)
        raise typer.Exit(EXIT_FAILED) from None
    devices, frames = len(truth["devices"]), truth["frames"]
    typer.echo(
        f"{file}: {frames} frames, {devices} devices, {len(names)} attacks; truth in {truth_path(file)}",
        err=True,
    )


def register(app: typer.Typer) -> None:
    """Add the ``lab`` group to the program."""
    app.add_typer(lab, name="lab")
