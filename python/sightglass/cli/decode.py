"""``sightglass decode``: every application message as a line of JSON."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

MAX_WORKERS = 32


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("decode")(decode)


def decode(
    captures: Annotated[
        list[Path],
        typer.Argument(metavar="CAPTURE...", help="pcap or pcapng files, folders of them, - for stdin."),
    ],
    *,
    protocol: Annotated[
        list[str] | None, typer.Option("--protocol", metavar="NAME", help="Only this protocol. Repeatable.")
    ] = None,
    output: Annotated[str, typer.Option("--format", help="jsonl.")] = "jsonl",
    workers: Annotated[
        int, typer.Option(help="Threads; the result does not depend on it.", min=1, max=MAX_WORKERS)
    ] = 1,
    filter_expression: Annotated[
        str | None, typer.Option("--filter", metavar="EXPR", help="Frames to look at, as in tcpdump.")
    ] = None,
) -> None:
    """Print every application message with all its fields, in frame order."""
    from sightglass import engine
    from sightglass.cli.output import USAGE, check_captures, fail, warn

    if output != "jsonl":
        fail(f"--format {output}: only jsonl is there so far", USAGE)
    check_captures(captures)
    try:
        decoding = engine.decode(
            captures, protocols=protocol, filter_expression=filter_expression, workers=workers
        )
    except engine.CaptureError as error:
        fail(str(error))
    except ValueError as error:
        fail(str(error), USAGE)
    out = sys.stdout.buffer
    try:
        while (lines := decoding.next()) is not None:
            out.write(lines)
        out.flush()
    except KeyboardInterrupt:
        fail("stopped; the messages up to here are complete", 1)
    for warning in decoding.warnings():
        warn(warning)
