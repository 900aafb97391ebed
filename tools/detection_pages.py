"""Pages on detections, made of their metadata and their files' docstrings."""

from __future__ import annotations

import inspect
from collections import defaultdict
from typing import Any

FOLDER = "detections"
CATALOGUE = 202
"""Alerts of the reference catalogue."""
EVENTS = {
    "Activity": "activities", "Flow": "flows", "Observation": "facts about devices", "Occurrence": "single acts",
    "Anomaly": "anomalies", "Arp": "ARP", "Match": "matches of rules",
}  # fmt: skip


def pages() -> dict[str, str]:
    """Every page by its path below ``docs/``."""
    every = entries()
    found = {f"{FOLDER}/{each['id']}.md": page(each) for each in every}
    found[f"{FOLDER}/README.md"] = index(every)
    found[f"{FOLDER}/coverage.md"] = coverage(every)
    return found


def entries() -> list[dict[str, Any]]:
    """What every detection and content rule says of itself, by id."""
    from sightglass.cli.cases import cases_of
    from sightglass.detection.registry import detection_classes
    from sightglass.detection.rules import builtin_rules
    from sightglass.sdk import documentation

    found: list[dict[str, Any]] = []
    for each in detection_classes():
        doc = inspect.getdoc(inspect.getmodule(each)) or ""
        found.append(
            _entry(each.meta, documentation(doc), doc.partition("\n")[0])
            | {"looks_at": sorted(EVENTS.get(kind.__name__, kind.__name__) for kind in each.subscribes)}
        )
    rules, _ = builtin_rules()
    for rule in rules:
        where = ", ".join(f"{name} = {value}" for name, value in sorted(rule.where.items()))
        found.append(_entry(rule.meta, {}, "") | {"looks_at": [f"{rule.event} where {where}"]})
    for entry in found:
        entry["cases"] = [(case.name, case.fires) for case in cases_of(entry["id"])]
    return sorted(found, key=lambda each: str(each["id"]))


def _entry(meta: Any, own: dict[str, str], first: str) -> dict[str, Any]:
    return {
        "id": meta.id,
        "title": meta.title,
        "severity": meta.severity.value,
        "engine": meta.engine.value,
        "status": meta.status,
        "attack": list(meta.attack),
        "reference": list(meta.reference),
        "references": list(meta.references),
        "needs_baseline": meta.needs_baseline,
        "first": first,
        "sections": [
            (title, _lines(own.get(key) or getattr(meta, key)))
            for title, key in (
                ("Why it matters", "explanation"),
                ("Benign when", "benign_when"),
                ("Misses", "misses"),
                ("What to do", "remediation"),
            )
        ],
    }


def _lines(value: str | tuple[str, ...]) -> list[str]:
    return [value] if isinstance(value, str) and value else list(value)


def page(entry: dict[str, Any]) -> str:
    """One detection."""
    text = [f"# {entry['title']}", ""]
    if entry["first"]:
        text += [entry["first"], ""]
    text += [
        f"- Id: `{entry['id']}`",
        f"- Severity: {entry['severity']}",
        f"- Engine: {entry['engine']}",
        f"- Status: {entry['status']}",
        f"- ATT&CK for ICS: {', '.join(entry['attack']) or 'none'}",
        f"- Needs a baseline: {'yes' if entry['needs_baseline'] else 'no'}",
        f"- Looks at: {'; '.join(entry['looks_at'])}",
        "",
    ]
    for title, lines in entry["sections"]:
        if lines:
            text += [f"## {title}", ""]
            text += lines if len(lines) == 1 else [f"- {line}" for line in lines]
            text.append("")
    if entry["cases"]:
        text += ["## Cases of its own", ""]
        text += [f"- {name}: {'fires' if fires else 'keeps silent'}" for name, fires in entry["cases"]]
        text.append("")
    for title, key in (("Covers of the reference catalogue", "reference"), ("Sources", "references")):
        if entry[key]:
            text += [f"## {title}", "", *(f"- {each}" for each in entry[key]), ""]
    return "\n".join(text)


def index(every: list[dict[str, Any]]) -> str:
    """The list of all."""
    text = [
        "# Detections",
        "",
        "Written by `make docs` from the detections' metadata and docstrings; do not edit.",
        "[Coverage](coverage.md) lists what they cover of the reference catalogue.",
        "",
        "| Detection | Title | Severity | Engine | ATT&CK | Baseline | Cases |",
        "|---|---|---|---|---|---|--:|",
    ]
    text += [
        f"| [{each['id']}]({each['id']}.md) | {each['title']} | {each['severity']} | {each['engine']} "
        f"| {' '.join(each['attack'])} | {'needs it' if each['needs_baseline'] else ''} | {len(each['cases'])} |"
        for each in every
    ]
    return "\n".join([*text, ""])


def coverage(every: list[dict[str, Any]]) -> str:
    """Titles of the reference catalogue with the detections that name them."""
    by_title: dict[str, list[str]] = defaultdict(list)
    for each in every:
        for title in each["reference"]:
            by_title[title].append(each["id"])
    text = [
        "# Coverage of the reference catalogue",
        "",
        "Written by `make docs`; do not edit. Alerts of the reference product that a detection names as covered, by",
        f"title: {len(by_title)} of {CATALOGUE}. The catalogue itself is no part of this repository.",
        "",
        "| Alert of the catalogue | Detections |",
        "|---|---|",
    ]
    text += [
        f"| {title} | {', '.join(f'[{each}]({each}.md)' for each in sorted(ids))} |"
        for title, ids in sorted(by_title.items())
    ]
    none = [each["id"] for each in every if not each["reference"]]
    if none:
        text += [
            "",
            "Without a counterpart in the catalogue: " + ", ".join(f"[{i}]({i}.md)" for i in none) + ".",
        ]
    return "\n".join([*text, ""])
