"""``sightglass match``: device facts against advisories, findings out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sightglass.model.vulnerability import DeviceFacts

_FIELDS = ("vendor", "product", "order_number", "catalog_number", "series", "firmware", "serial", "part")
_SHOWN_PROBLEMS = 5
_MAX_LINE = 1_000_000


class FactsError(ValueError):
    """A line of facts that cannot be used; the message names file and line."""


def read_facts(lines: Iterator[str], name: str) -> Iterator[DeviceFacts]:
    """Read facts, one JSON object per line; keys that are not known are left out.

    Raises:
        FactsError: A line is no JSON object or has no device id.
    """
    import json

    from sightglass.model.vulnerability import DeviceFacts

    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line[:_MAX_LINE])
        except ValueError as error:
            message = f"{name}, line {number}: is not JSON ({error})"
            raise FactsError(message) from error
        if not isinstance(row, dict) or not isinstance(row.get("device"), str | int):
            message = f'{name}, line {number}: needs an object with a "device", e.g. {{"device": "plc-1", "vendor": ...}}'
            raise FactsError(message)
        texts = {field: str(row[field]) for field in _FIELDS if row.get(field) is not None}
        yield DeviceFacts(device=str(row["device"]), **texts)


def run(
    facts: Path,
    advisories: Sequence[Path],
    out: TextIO,
    log: TextIO,
    *,
    kev: Path | None = None,
    epss: Path | None = None,
) -> int:
    """Match every device of a facts file and write its findings.

    Args:
        facts: JSON Lines, one device per line; ``-`` is standard input.
        advisories: CSAF folders, archives and documents, or ICS advisory tables.
        out: Findings go here as JSON Lines, sorted by device, advisory and CVE.
        log: What an operator should know goes here.
        kev: Catalogue of exploited vulnerabilities.
        epss: Exploit prediction scores.

    Returns:
        Exit code: 0 done, 1 a file cannot be read.
    """
    import gc
    import json

    from sightglass.content.root import ContentMissingError
    from sightglass.vulnerability.feeds import load_feeds
    from sightglass.vulnerability.findings import as_row, find
    from sightglass.vulnerability.identity import NameReader
    from sightglass.vulnerability.match import Matcher
    from sightglass.vulnerability.sources import load_advisories
    from sightglass.vulnerability.tables import default_tables

    try:
        if str(facts) == "-":
            devices = list(read_facts(iter(sys.stdin), "standard input"))
        else:
            with facts.open(encoding="utf-8") as file:
                devices = list(read_facts(iter(file), str(facts)))
        load = load_advisories(advisories)
        feeds = load_feeds(kev, epss)
        reader = NameReader(default_tables())
    except OSError as error:
        log.write(f"error: cannot read {error.filename or facts}: {error.strerror or error}\n")
        return 1
    except (ValueError, ContentMissingError) as error:
        log.write(f"error: {error}\n")
        return 1
    log.writelines(
        f"warning: {problem.name}: {problem.reason}\n" for problem in load.problems[:_SHOWN_PROBLEMS]
    )
    if len(load.problems) > _SHOWN_PROBLEMS:
        log.write(f"warning: {len(load.problems) - _SHOWN_PROBLEMS} more documents could not be read\n")
    if not load.advisories:
        log.write("error: no advisory found; give a folder, a zip archive or a file of CSAF 2.0 documents\n")
        return 1
    matcher = Matcher.of(load.advisories.values(), reader)
    gc.freeze()  # the advisories stay until the end: no use in walking through them again and again
    devices.sort(key=lambda device: device.device)
    encode = json.JSONEncoder(ensure_ascii=False).encode
    count = 0
    for device in devices:
        lines = [encode(as_row(explained)) for explained in find(device, matcher, feeds)]
        count += len(lines)
        out.write("".join(f"{line}\n" for line in lines))
    log.write(
        f"{len(devices)} devices, {len(load.advisories)} advisories known up to {load.known_up_to or 'an unknown day'}, "
        f"{count} findings, {len(load.problems)} documents unreadable\n"
    )
    return 0


@click.command()
@click.argument("facts", metavar="FACTS.jsonl", type=Path, help="One device per line; - is standard input.")
@click.option(
    "--advisories",
    metavar="DIR-OR-ZIP",
    type=Path,
    multiple=True,
    required=True,
    help="CSAF documents: folder, zip or file. Repeatable.",
)
@click.option("--kev", metavar="FILE", type=Path, help="Known exploited vulnerabilities, JSON.")
@click.option("--epss", metavar="FILE", type=Path, help="Exploit prediction scores, CSV or CSV.gz.")
def match(facts: Path, advisories: tuple[Path, ...], kev: Path | None, epss: Path | None) -> None:
    """Find the vulnerabilities of devices, as JSON Lines."""
    code = run(facts, advisories, sys.stdout, sys.stderr, kev=kev, epss=epss)
    if code:
        raise click.exceptions.Exit(code)


def register(group: click.Group) -> None:
    """Add the command to the program."""
    group.add_command(match)
