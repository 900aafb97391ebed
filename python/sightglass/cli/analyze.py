"""``sightglass analyze``: a capture goes in, the plant's picture comes out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sightglass.model import Device, Finding
    from sightglass.reports.extraction import Extraction
    from sightglass.sensor.pipeline import Result

MAX_WORKERS = 32


def register(group: click.Group) -> None:
    """Add the command to the program."""
    group.add_command(analyze)


@click.command()
@click.argument(
    "captures",
    metavar="CAPTURE...",
    type=Path,
    nargs=-1,
    required=True,
    help="pcap or pcapng files, folders of them, - for stdin.",
)
@click.option("--out", metavar="DIR", type=Path, help="Write results there.")
@click.option(
    "--learn",
    metavar="CAPTURE",
    type=Path,
    multiple=True,
    help="Take this as normal first, then judge. Repeatable.",
)
@click.option("--site", metavar="NAME", default="default", help="Site that the captures belong to.")
@click.option("--zone", metavar="NAME", default="default", help="Zone within the site.")
@click.option(
    "--advisories",
    metavar="DIR-OR-ZIP",
    type=Path,
    multiple=True,
    help="CSAF advisories to match against. Repeatable.",
)
@click.option("--kev", metavar="FILE", type=Path, help="Known exploited vulnerabilities, JSON.")
@click.option("--epss", metavar="FILE", type=Path, help="Exploit prediction scores, CSV or CSV.gz.")
@click.option("--format", "output", metavar="FORMAT", default="table", help="table or json.")
@click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(1, MAX_WORKERS),
    default=1,
    help="Threads; the result does not depend on it.",
)
@click.option("--filter", "filter_expression", metavar="EXPR", help="Frames to look at, as in tcpdump.")
@click.option(
    "--extract", metavar="DIR", type=Path, help="Write files seen in transfer there. They may be harmful."
)
@click.option(
    "--intervals",
    is_flag=True,
    help="Keep what each minute brought in DIR/history, for the course of time.",
)
@click.option("--open", "open_console", is_flag=True, help="Open the console over the results.")
def analyze(
    captures: tuple[Path, ...],
    out: Path | None,
    learn: tuple[Path, ...],
    site: str,
    zone: str,
    advisories: tuple[Path, ...],
    kev: Path | None,
    epss: Path | None,
    output: str,
    workers: int,
    filter_expression: str | None,
    extract: Path | None,
    intervals: bool,
    open_console: bool,
) -> None:
    """Say which devices are in a capture, who talks to whom, what is wrong and what is weak."""
    import gc

    # Rows come by the ten thousand and none of them is garbage; looking for cycles among them is lost time.
    gc.disable()

    from sightglass.cli.output import USAGE, check_captures, fail, interruptible, warn
    from sightglass.engine import CaptureError
    from sightglass.sensor.pipeline import Pipeline

    if output not in {"table", "json"}:
        fail(f"--format {output}: there are table and json", USAGE)
    if open_console and out is None:
        fail("--open needs --out DIR, where the results stay", USAGE)
    check_captures([*captures, *learn])
    extraction = _extraction(extract, out) if extract is not None else None
    pipeline = Pipeline(site=site, zone=zone)
    for fault in pipeline.faults:
        warn(f"rule left out: {fault}")
    try:
        with ExitStack() as stack:
            wish = stack.enter_context(interruptible())
            if learn:
                pipeline.learn(learn, workers=workers, filter_expression=filter_expression)
            keep = _history(stack, out) if out is not None else None
            result = pipeline.run(
                captures,
                workers=workers,
                filter_expression=filter_expression,
                detail=out is not None or output == "table",
                intervals=intervals,
                progress=_progress(stack, captures),
                keep=keep,
                extract=extraction.take if extraction is not None else None,
                interrupted=lambda: bool(wish),
            )
    except CaptureError as error:
        fail(str(error))
    except ValueError as error:
        fail(str(error), USAGE)
    except OSError as error:
        fail(f"{error.filename or out}: cannot be written ({error.strerror}); choose another folder")
    for warning in result.warnings:
        warn(warning)
    if result.stopped:
        warn(f"stopped after {result.summary.packets} packets; later ones are not in the result")
    for detection, count in pipeline_faults(result).items():
        warn(f"{detection}: {count}")
    findings = _findings(result.devices, advisories, kev, epss, site=site, zone=zone)
    if out is not None:
        _write(out, result, findings)
        _write_evidence(out, result, captures, filter_expression)
    if extraction is not None:
        _index(extraction, result)
    _show(result, findings, output)
    if open_console and out is not None:
        from sightglass.cli.open import open_folder

        gc.enable()
        open_folder(out)
    gc.freeze()  # the end of the process gives everything back: no use in a last walk through it


def pipeline_faults(result: Result) -> dict[str, int]:
    """Counters that speak of our own faults, where they are not zero."""
    names = {
        "panics": "faults of the engine, each a defect worth a report",
        "detection_faults": "faults of detections",
    }
    loss = result.summary.loss
    return {text: loss[name] for name, text in names.items() if loss.get(name)}


def _progress(stack: ExitStack, captures: Sequence[Path]) -> Callable[[int, int], None] | None:
    from sightglass.cli.output import is_terminal

    if not is_terminal():
        return None
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    sizes = [path.stat().st_size for path in captures if str(path) != "-" and path.is_file()]
    total = sum(sizes) if len(sizes) == len(captures) else None
    bar = stack.enter_context(
        Progress(
            TextColumn("reading"),
            BarColumn(),
            TextColumn("{task.fields[frames]} frames"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
    )
    task = bar.add_task("reading", total=total, frames=0)

    def told(frames: int, done: int) -> None:
        bar.update(task, completed=done, frames=f"{frames:,}")

    return told


def _history(stack: ExitStack, out: Path) -> Callable[[str, Any], None]:
    import shutil

    from sightglass.history.writer import HistoryWriter
    from sightglass.reports.result_folder import HISTORY_FOLDER

    folder = out / HISTORY_FOLDER
    out.mkdir(parents=True, exist_ok=True)
    if folder.exists():
        shutil.rmtree(folder)
    writer = stack.enter_context(HistoryWriter(folder))
    number = 0

    def keep(name: str, table: Any) -> None:
        nonlocal number
        number += 1
        writer.append(name, table, number)

    return keep


def _findings(
    devices: list[Device],
    advisories: Sequence[Path],
    kev: Path | None,
    epss: Path | None,
    *,
    site: str,
    zone: str,
) -> list[Finding]:
    if not advisories:
        return []
    from dataclasses import replace

    from sightglass.cli.output import fail, warn
    from sightglass.model.vulnerability import DeviceFacts
    from sightglass.vulnerability.feeds import load_feeds
    from sightglass.vulnerability.findings import find_all
    from sightglass.vulnerability.identity import NameReader
    from sightglass.vulnerability.match import Matcher
    from sightglass.vulnerability.sources import load_advisories
    from sightglass.vulnerability.tables import default_tables

    try:
        load = load_advisories(advisories)
        feeds = load_feeds(kev, epss)
    except OSError as error:
        fail(f"{error.filename}: cannot be read ({error.strerror}); check --advisories, --kev and --epss")
    except ValueError as error:
        fail(str(error))
    for problem in load.problems[:5]:
        warn(f"{problem.name}: {problem.reason}")
    matcher = Matcher.of(load.advisories.values(), NameReader(default_tables()))
    facts: list[DeviceFacts] = []
    for device in devices:
        if device.kind != "device":
            continue
        facts.append(
            DeviceFacts(
                device.id,
                vendor=device.vendor or None,
                product=device.model or None,
                order_number=device.order_number or None,
                firmware=device.firmware or None,
                serial=device.serial or None,
            )
        )
        facts.extend(
            DeviceFacts(
                device.id,
                vendor=module.vendor or device.vendor or None,
                product=module.model or None,
                order_number=module.order_number or None,
                firmware=module.firmware or None,
                serial=module.serial or None,
                part=module.slot,
            )
            for module in device.modules
            if module.model or module.order_number
        )
    return [replace(found.finding, site=site, zone=zone) for found in find_all(facts, matcher, feeds)]


def _write(out: Path, result: Result, findings: list[Finding]) -> None:
    from sightglass.cli.output import fail
    from sightglass.model.changes import FindingUpserted
    from sightglass.reports.result_folder import EVIDENCE_FOLDER, STATE_FILE, write_exports
    from sightglass.reports.transfers import write_transfers
    from sightglass.sensor.pipeline import changes
    from sightglass.store.sql.store import SqlStore

    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / EVIDENCE_FOLDER).mkdir(exist_ok=True)
        state = out / STATE_FILE
        for name in (STATE_FILE, f"{STATE_FILE}-wal", f"{STATE_FILE}-shm"):
            (out / name).unlink(missing_ok=True)
        with SqlStore.open_for_writing(state) as store:
            store.apply([*changes(result), *map(FindingUpserted, findings)])
            write_exports(store, out)
        write_transfers(out, result.files)
    except OSError as error:
        fail(f"{error.filename or out}: cannot be written ({error.strerror}); choose another --out")


def _extraction(folder: Path, out: Path | None) -> Extraction:
    from sightglass.cli.output import USAGE, fail
    from sightglass.reports.extraction import INDEX, Extraction

    if out is not None and out.resolve() == folder.resolve():
        fail(
            "--extract and --out name the same folder; files from the wire belong into one of their own",
            USAGE,
        )
    try:
        return Extraction(folder)
    except FileExistsError:
        fail(f"{folder}: holds {INDEX} of another run; choose another --extract", USAGE)
    except OSError as error:
        fail(f"{error.filename or folder}: cannot be written ({error.strerror}); choose another --extract")


def _index(extraction: Extraction, result: Result) -> None:
    from sightglass.cli.output import fail, warn

    try:
        extraction.write_index(result.files)
    except OSError as error:
        fail(f"{error.filename}: cannot be written ({error.strerror}); choose another --extract")
    if extraction.left_out:
        warn(f"{extraction.left_out} files in transfer were not written; {extraction.index} says why")


def _write_evidence(
    out: Path, result: Result, captures: Sequence[Path], filter_expression: str | None
) -> None:
    """Read the captures again for the frames of the alerts; input that is gone by then leaves a warning."""
    from sightglass import engine
    from sightglass.cli.output import warn
    from sightglass.reports.result_folder import EVIDENCE_FOLDER, evidence_name

    folder = out / EVIDENCE_FOLDER
    for old in folder.glob(evidence_name("*")):
        old.unlink()
    if any(str(path) == "-" for path in captures):
        if result.alerts:
            warn("evidence packets are left out: standard input cannot be read twice")
        return
    wishes = {evidence_name(alert): frames for alert, frames in result.frames.items() if frames}
    try:
        written = engine.write_evidence(captures, folder, wishes, filter_expression=filter_expression)
    except (engine.CaptureError, OSError) as error:
        warn(f"evidence packets are not complete: {error}")
        return
    if written.beyond_cap:
        warn(f"evidence packets: {written.beyond_cap} frames are left out, for files are bounded in size")


def _show(result: Result, findings: list[Finding], output: str) -> None:
    from sightglass.cli.summary import as_json, as_tables

    if output == "json":
        click.echo(as_json(result, findings))
    else:
        as_tables(result, findings)
