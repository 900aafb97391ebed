"""The program ``sightglass``."""

from __future__ import annotations

import os
import sys

import typer

from sightglass.cli import analyze, decode, lab, match, open, rules  # noqa: A004 - the command's name

VERSION = "0.1.0"

app = typer.Typer(
    name="sightglass",
    help="See what is in an industrial network, who talks to whom, what is wrong and what is weak. Sends nothing.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # its help costs half a second of imports
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"sightglass {VERSION}")
        raise typer.Exit


@app.callback()
def program(
    *,
    version: bool = typer.Option(
        False, "--version", help="Show the version.", callback=_version, is_eager=True
    ),
) -> None:
    """See what is in an industrial network, who talks to whom, what is wrong and what is weak. Sends nothing."""
    del version


for _command in (analyze, decode, match, open, rules, lab):
    _command.register(app)


def main() -> None:
    """Run the program."""
    try:
        app()
    except BrokenPipeError:
        # The reader of our output went away; nothing is left to say, and Python must not say it for us.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


if __name__ == "__main__":
    main()
