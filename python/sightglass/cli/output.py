"""How commands speak: data on stdout, everything else on stderr."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click

FAILED = 1
USAGE = 2


def fail(message: str, code: int = FAILED) -> NoReturn:
    """Say in one line what went wrong and what to do, and end."""
    click.echo(f"sightglass: {message}", err=True)
    raise click.exceptions.Exit(code)


def warn(message: str) -> None:
    """Say what the user should know."""
    click.echo(f"warning: {message}", err=True)


def check_captures(paths: Sequence[Path]) -> None:
    """End with a clear line when a capture cannot be there."""
    for path in paths:
        if str(path) == "-":
            continue
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            fail(f"{path}: no such file or folder; check the path")
        except OSError as error:
            fail(f"{path}: cannot be read ({error.strerror}); check its permissions")
        if stat.S_ISREG(mode) and not os.access(path, os.R_OK):
            fail(f"{path}: cannot be read; check its permissions")


@contextmanager
def interruptible() -> Iterator[list[bool]]:
    """Turn the first Ctrl-C into a wish to end: the list then holds true. A second one ends at once."""
    import signal

    wish: list[bool] = []
    previous = signal.getsignal(signal.SIGINT)

    def first(_number: int, _frame: object) -> None:
        wish.append(True)
        signal.signal(signal.SIGINT, previous)
        click.echo("\nstopping; what was found so far is kept (Ctrl-C again ends at once)", err=True)

    signal.signal(signal.SIGINT, first)
    try:
        yield wish
    finally:
        signal.signal(signal.SIGINT, previous)


def is_terminal() -> bool:
    """Whether progress can be shown."""
    return sys.stderr.isatty()
