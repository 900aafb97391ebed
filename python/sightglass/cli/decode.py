"""``sightglass decode``: every application message as a line of JSON."""

from __future__ import annotations

import sys
from pathlib import Path

import click

MAX_WORKERS = 32


def register(group: click.Group) -> None:
    """Add the command to the program."""
    group.add_command(decode)


@click.command()
@click.argument(
    "captures",
    metavar="CAPTURE...",
    type=Path,
    nargs=-1,
    required=True,
    help="pcap or pcapng files, folders of them, - for stdin.",
)
@click.option("--protocol", metavar="NAME", multiple=True, help="Only this protocol. Repeatable.")
@click.option("--format", "output", metavar="FORMAT", default="jsonl", help="jsonl.")
@click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(1, MAX_WORKERS),
    default=1,
    help="Threads; the result does not depend on it.",
)
@click.option("--filter", "filter_expression", metavar="EXPR", help="Frames to look at, as in tcpdump.")
def decode(
    captures: tuple[Path, ...],
    protocol: tuple[str, ...],
    output: str,
    workers: int,
    filter_expression: str | None,
) -> None:
    """Print every application message with all its fields, in frame order."""
    from sightglass import engine
    from sightglass.cli.output import USAGE, check_captures, fail, warn

    if output != "jsonl":
        fail(f"--format {output}: only jsonl is there so far", USAGE)
    check_captures(captures)
    try:
        decoding = engine.decode(
            captures, protocols=protocol or None, filter_expression=filter_expression, workers=workers
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
