"""``sightglass open DIR``: the console over a result folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sightglass.store.sql.store import SqlStore


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("open")(open_folder)


def open_folder(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that `analyze --out DIR` wrote.")],
    port: Annotated[
        int, typer.Option(help="Port on this machine; 0 takes a free one.", min=0, max=65535)
    ] = 0,
    edit: Annotated[
        bool, typer.Option("--edit", help="Allow editing alerts and devices; without it nothing is written.")
    ] = False,
) -> None:
    """Show the console over a result folder, on this machine only, until Ctrl-C.

    A link that signs in once is printed on stderr.
    """
    from sightglass.content.attack import technique_names
    from sightglass.portal.serve import serve_store
    from sightglass.reports.result_folder import HISTORY_FOLDER
    from sightglass.store.sql.database import StateFileError

    try:
        with _open(folder, edit=edit) as store:
            history = folder / HISTORY_FOLDER
            serve_store(
                store,
                title=folder.resolve().name,
                history=history if history.is_dir() else None,
                port=port,
                techniques=technique_names(),
                announce=lambda line: typer.echo(line, err=True),
            )
    except (StateFileError, OSError) as error:
        typer.echo(f"sightglass open: {error}", err=True)
        raise typer.Exit(1) from error


def _open(folder: Path, *, edit: bool) -> SqlStore:
    from sightglass.reports.result_folder import STATE_FILE
    from sightglass.store.sql.database import StateFileError
    from sightglass.store.sql.store import SqlStore

    state = folder / STATE_FILE
    if not folder.is_dir():
        raise StateFileError(
            f"{folder} is no folder; give one that `sightglass analyze CAPTURE --out DIR` wrote"
        )
    if not state.is_file():
        raise StateFileError(
            f"{folder} holds no {STATE_FILE}; give a folder that `sightglass analyze CAPTURE --out DIR` wrote"
        )
    return SqlStore.open_for_writing(state) if edit else SqlStore.open_for_reading(state)
