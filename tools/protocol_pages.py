"""Pages on protocols, made of what the engine says of itself, the dissectors' own words and the scoreboard."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "crates" / "dissect" / "src"
SCOREBOARD = ROOT / "tests" / "conformance" / "scoreboard.csv"
OWN = ROOT / "tests" / "captures"
INTEROP = ROOT / "tests" / "interop"
FOLDER = "protocols"
NO_SCORE = "None: no source beside our own tests counts this protocol in a capture that we have."
CATEGORIES = (
    "Read", "Write", "Control", "ProgramDownload", "ProgramUpload", "FirmwareUpdate", "Configuration",
    "Authentication", "FileTransfer", "Discovery", "Diagnostics", "TimeSync", "Alarm",
)  # fmt: skip


def pages() -> dict[str, str]:
    """Every page by its path below ``docs/``."""
    from sightglass.engine import protocols

    every = protocols()
    scores = scoreboard()
    decoded = [each for each in every if each["decoded"]]
    found = {f"{FOLDER}/{each['name']}.md": page(each, scores) for each in decoded}
    found[f"{FOLDER}/README.md"] = index(every, scores)
    return found


def scoreboard() -> list[dict[str, str]]:
    """Rows of the committed scoreboard."""
    if not SCOREBOARD.is_file():
        return []
    with SCOREBOARD.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sources(name: str) -> list[Path]:
    """The files of a dissector, the one with its description first."""
    single, folder = SOURCES / f"{name}.rs", SOURCES / name
    if single.is_file():
        return [single]
    main = folder / "mod.rs"
    rest = sorted(path for path in folder.rglob("*.rs") if path != main and path.stem != "tests")
    return [main, *rest] if main.is_file() else []


def description(name: str) -> tuple[str, list[str]]:
    """First line and further paragraphs of a dissector's own description."""
    files = sources(name)
    if not files:
        return "", []
    lines = []
    for line in files[0].read_text(encoding="utf-8").splitlines():
        if not line.startswith("//!"):
            break
        lines.append(line.removeprefix("//!").strip())
    text = "\n".join(lines)
    # Links to other parts of the code become their names.
    text = re.sub(r"\[`crate::(\w+)(?:::\w+)*`\]", r"`\1`", text)
    text = re.sub(r"\[`([^`]+)`\](?!\()", r"`\1`", text)
    first, *paragraphs = [" ".join(part.split("\n")) for part in text.split("\n\n") if part.strip()]
    return first, paragraphs


def own_code(name: str) -> str:
    """The dissector's code without its tests."""
    texts = [path.read_text(encoding="utf-8") for path in sources(name)]
    return "\n".join(text.split("#[cfg(test)]")[0] for text in texts)


def categories(code: str) -> list[str]:
    """Categories that a dissector gives to its functions, in the order of the design."""
    return [_snake(each) for each in CATEGORIES if re.search(rf"\bCategory::{each}\b", code)]


def given(code: str) -> list[str]:
    """What a dissector hands over beside messages."""
    kinds = (
        (r"sink\.observe\(|\bTell\b|\.tell\(|\bidentity::", "facts about devices"),
        (r"sink\.values?\(", "process values"),
        (r"sink\.file\(", "files in transfer"),
        (r"sink\.expect\(", "conversations to expect"),
    )
    return [what for pattern, what in kinds if re.search(pattern, code)]


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def page(protocol: dict[str, Any], scores: list[dict[str, str]]) -> str:
    """One protocol."""
    name = protocol["name"]
    first, paragraphs = description(name)
    code = own_code(name)
    text = [f"# {name}", ""]
    if first:
        text += [first, ""]
    for paragraph in paragraphs:
        text += [paragraph, ""]
    text += [
        f"- Industrial: {'yes' if protocol['industrial'] else 'no'}",
        f"- Travels over: {', '.join(protocol['over']) or 'another protocol, without numbers of its own'}",
    ]
    if found := categories(code):
        text.append(f"- Categories of its functions: {', '.join(found)}")
    if found := given(code):
        text.append(f"- Hands over, beside its messages: {', '.join(found)}")
    text += ["", "Numbers after a transport are the usual ones; content decides on any.", "", "## Fields", ""]
    if protocol["fields"]:
        text += ["| Field | What it is |", "|---|---|"]
        text += [f"| `{each['name']}` | {_cell(each['doc'])} |" for each in protocol["fields"]]
    else:
        text.append("None beside those of every message.")
    text += ["", "## Not decoded", ""]
    text += [f"- {each}" for each in protocol["not_decoded"]] or ["Nothing is known to be missing."]
    text += ["", "## Compared with", "", *compared(name, scores), ""]
    return "\n".join(text)


def compared(name: str, scores: list[dict[str, str]]) -> list[str]:
    """What independent sources say of the protocol's decoding."""
    chosen = [row for row in scores if name in row["ours"].split()]
    text = []
    if chosen:
        text += [
            "| Source | As | Cells | Strict | Explained | Perturbed | Foreign ports |",
            "|---|---|--:|--:|--:|--:|--:|",
        ]
        text += [
            f"| {row['source']} | {row['protocol']} | {row['cells']} | {row['right']} | {row['explained']} "
            f"| {row['perturbed']} | {row['foreign']} |"
            for row in chosen
        ]
        text += [
            "",
            "Cells with equal counts; [the scoreboard](../scoreboard.md) says what the columns mean.",
        ]
    else:
        text.append(NO_SCORE)
    captures = sorted(path.name for path in (OWN / name).glob("*.pcap*")) if (OWN / name).is_dir() else []
    if captures:
        text += ["", f"Captures of our own, under `tests/captures/{name}/`: {', '.join(captures)}."]
    partners = sorted(path.name for path in INTEROP.glob(f"test_{name}*.py")) if INTEROP.is_dir() else []
    if partners:
        text += ["", f"Spoken with an independent implementation in `tests/interop/`: {', '.join(partners)}."]
    return text


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def index(protocols: list[dict[str, Any]], scores: list[dict[str, str]]) -> str:
    """The list of all."""
    decoded = [each for each in protocols if each["decoded"]]
    missing = [each["name"] for each in protocols if not each["decoded"]]
    text = [
        "# Protocols",
        "",
        "Written by `make docs` from what the engine says of itself; do not edit.",
        "",
        f"{len(decoded)} protocols are decoded, {sum(each['industrial'] for each in decoded)} of them industrial.",
        "Cells and what is right of them come from [the scoreboard](../scoreboard.md), all sources together.",
        "",
        "| Protocol | Industrial | Travels over | Fields | Gaps listed | Cells | Right |",
        "|---|---|---|--:|--:|--:|--:|",
    ]
    for each in decoded:
        chosen = [row for row in scores if each["name"] in row["ours"].split()]
        cells, right = (sum(int(row[key]) for row in chosen) for key in ("cells", "right"))
        text.append(
            f"| [{each['name']}]({each['name']}.md) | {'yes' if each['industrial'] else ''} "
            f"| {', '.join(each['over']) or 'another protocol'} | {len(each['fields'])} "
            f"| {len(each['not_decoded'])} | {cells or ''} | {right if cells else ''} |"
        )
    text.append("")
    if missing:
        text += [f"Named but not decoded: {', '.join(missing)}.", ""]
    return "\n".join(text)
