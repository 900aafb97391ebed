"""``sightglass open DIR``: the console over a result folder."""

from __future__ import annotations

from pathlib import Path

import click


def register(group: click.Group) -> None:
    """Add the command to the program."""
    group.add_command(open_command)


@click.command("open")
@click.argument("folder", metavar="DIR", type=Path, help="Folder that `analyze --out DIR` wrote.")
@click.option(
    "--port",
    metavar="N",
    type=click.IntRange(0, 65535),
    default=0,
    help="Port on this machine; 0 takes a free one.",
)
@click.option("--edit", is_flag=True, help="Allow editing alerts and devices; without it nothing is written.")
def open_command(folder: Path, port: int, edit: bool) -> None:
    """Show the console over a result folder, on this machine only, until Ctrl-C.

    A link that signs in once is printed on stderr.
    """
    open_folder(folder, port=port, edit=edit)


def open_folder(folder: Path, *, port: int = 0, edit: bool = False) -> None:
    """Serve a result folder until Ctrl-C; ends the program with one line when that cannot be done."""
    from sightglass.store import StateFileError

    try:
        _check(folder)
        _serve(folder, port=port, edit=edit)
    except (StateFileError, OSError) as error:
        click.echo(f"sightglass open: {error}", err=True)
        raise click.exceptions.Exit(1) from error


def _check(folder: Path) -> None:
    """Say what is wrong with the folder, before anything large is imported."""
    from sightglass.reports.result_folder import STATE_FILE
    from sightglass.store import StateFileError

    wanted = "give a folder that `sightglass analyze CAPTURE --out DIR` wrote"
    if not folder.is_dir():
        raise StateFileError(f"{folder} is no folder; {wanted}")
    if not (folder / STATE_FILE).is_file():
        raise StateFileError(f"{folder} holds no {STATE_FILE}; {wanted}")


def _serve(folder: Path, *, port: int, edit: bool) -> None:
    from sightglass.reports.result_folder import EVIDENCE_FOLDER, HISTORY_FOLDER, STATE_FILE
    from sightglass.store.sql.store import SqlStore

    state, history = folder / STATE_FILE, folder / HISTORY_FOLDER
    evidence = folder / EVIDENCE_FOLDER
    with SqlStore.open_for_writing(state) if edit else SqlStore.open_for_reading(state) as store:
        from sightglass.content.attack import technique_names
        from sightglass.portal.serve import serve_store

        serve_store(
            store,
            title=folder.resolve().name,
            history=history if history.is_dir() else None,
            evidence=evidence if evidence.is_dir() else None,
            port=port,
            techniques=technique_names(),
            announce=lambda line: click.echo(line, err=True),
        )
