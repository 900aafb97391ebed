"""``sightglass rules``: which detections there are, and whether they do what they say."""

from __future__ import annotations

from typing import Any

import click


@click.group()
def rules() -> None:
    """The detections: list them, test them."""


def _detections() -> list[dict[str, Any]]:
    from sightglass.cli.cases import cases_of
    from sightglass.detection.registry import detection_classes
    from sightglass.detection.rules import all_rules

    builtin, _ = all_rules()
    metas = [each.meta for each in detection_classes()] + [rule.meta for rule in builtin]
    return [
        {
            "id": meta.id,
            "title": meta.title,
            "engine": meta.engine.value,
            "severity": meta.severity.value,
            "status": meta.status,
            "attack": list(meta.attack),
            "reference": list(meta.reference),
            "needs_baseline": meta.needs_baseline,
            "tests": len(cases_of(meta.id)),
        }
        for meta in sorted(metas, key=lambda meta: meta.id)
    ]


@rules.command("list")
@click.option("--format", "output", metavar="FORMAT", default="table", help="table, json, jsonl or csv.")
def list_rules(output: str) -> None:
    """List every detection."""
    import json

    from sightglass.cli.output import USAGE, fail

    rows = _detections()
    if output == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    elif output == "jsonl":
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
    elif output == "csv":
        import csv
        import sys

        writer = csv.writer(sys.stdout)
        writer.writerow(rows[0])
        writer.writerows(
            [";".join(cell) if isinstance(cell, list) else cell for cell in row.values()] for row in rows
        )
    elif output == "table":
        from rich import box
        from rich.console import Console
        from rich.table import Table

        table = Table(box=box.SIMPLE_HEAD)
        for name in ("Id", "Title", "Engine", "Severity", "ATT&CK", "Baseline", "Tests"):
            table.add_column(name, overflow="fold")
        for row in rows:
            table.add_row(
                row["id"],
                row["title"],
                row["engine"],
                row["severity"],
                " ".join(row["attack"]),
                "needs it" if row["needs_baseline"] else "",
                str(row["tests"]),
            )
        Console(highlight=False).print(table)
    else:
        fail(f"--format {output}: there are table, json, jsonl and csv", USAGE)


@rules.command("test")
@click.argument("ids", metavar="[ID]...", nargs=-1, help="Only these detections.")
def test_rules(ids: tuple[str, ...]) -> None:
    """Run every detection's own cases: traffic that must fire it, and traffic that must not."""
    from sightglass.cli.cases import run_cases
    from sightglass.cli.output import USAGE, fail

    known = {row["id"] for row in _detections()}
    for each in ids:
        if each not in known:
            fail(f"no detection is called {each}; `sightglass rules list` names them", USAGE)
    failed = 0
    total = 0
    for outcome in run_cases(sorted(ids) if ids else sorted(known)):
        total += 1
        word = "ok" if outcome.passed else "FAILED"
        failed += not outcome.passed
        click.echo(f"{word}\t{outcome.detection}\t{outcome.case}\t{outcome.detail}")
    click.echo(f"{total - failed} passed, {failed} failed", err=True)
    if failed:
        raise click.exceptions.Exit(1)


def register(group: click.Group) -> None:
    """Add the ``rules`` group to the program."""
    group.add_command(rules)
