"""``sightglass decode``: every application message as a line of JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

if TYPE_CHECKING:
    from sightglass.engine import Decoding

MAX_WORKERS = 32
Convert = Callable[["Decoding"], Iterator[dict[str, Any]]]


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
@click.option("--format", "output", metavar="FORMAT", default="jsonl", help="jsonl, eve or ipal.")
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

    if output not in FORMATS:
        fail(f"--format {output}: there are {', '.join(FORMATS)}", USAGE)
    convert = FORMATS[output]
    check_captures(captures)
    try:
        decoding = engine.decode(
            captures,
            protocols=protocol or None,
            filter_expression=filter_expression,
            workers=workers,
            flows=convert is _eve,
        )
    except engine.CaptureError as error:
        fail(str(error))
    except ValueError as error:
        fail(str(error), USAGE)
    out = sys.stdout.buffer
    try:
        if convert is None:
            while (lines := decoding.next()) is not None:
                out.write(lines)
        else:
            _write(out, convert(decoding))
        out.flush()
    except KeyboardInterrupt:
        fail("stopped; the messages up to here are complete", 1)
    for warning in decoding.warnings():
        warn(warning)


def _write(out: BinaryIO, objects: Iterable[dict[str, Any]]) -> None:
    encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), check_circular=False).encode
    for each in objects:
        out.write(encode(each).encode())
        out.write(b"\n")


def _messages(lines: bytes) -> Iterator[dict[str, Any]]:
    # Only line feeds end a line; a name from the wire may hold what else Python takes for an end.
    return (json.loads(line) for line in lines.split(b"\n") if line)


def _eve(decoding: Decoding) -> Iterator[dict[str, Any]]:
    from sightglass.formats.eve import EveWriter

    writer = EveWriter()
    while (lines := decoding.next()) is not None:
        for message in _messages(lines):
            yield from writer.take(message)
        flows = decoding.flows()
        if flows is not None:
            yield from writer.end_flows(flows.names, flows.rows())
    yield from writer.finish()


def _ipal(decoding: Decoding) -> Iterator[dict[str, Any]]:
    from sightglass import engine
    from sightglass.formats.ipal import IpalWriter

    writer = IpalWriter(each["name"] for each in engine.protocols() if each["industrial"])
    while (lines := decoding.next()) is not None:
        for message in _messages(lines):
            yield from writer.take(message)


FORMATS: dict[str, Convert | None] = {"jsonl": None, "eve": _eve, "ipal": _ipal}
"""How messages are written; None as the decoder gives them."""
