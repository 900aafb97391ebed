"""The documents say what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sightglass import engine
from sightglass.detection.registry import detection_classes

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench").glob("*.md")],
    key=str,
)


def test_the_readme_names_the_protocols_that_are_decoded() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = re.search(r"<!-- protocols -->(.*?)<!-- /protocols -->", text, re.DOTALL)
    assert listed is not None
    named = set(re.findall(r"`([a-z0-9_]+)`", listed.group(1)))
    assert named == {each["name"] for each in engine.protocols() if each["decoded"]}


def test_the_readme_counts_the_detections() -> None:
    tens = {2: "Twenty", 3: "Thirty", 4: "Forty", 5: "Fifty", 6: "Sixty"}
    units = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    ten, unit = divmod(len(detection_classes()), 10)
    number = f"{tens[ten]}-{units[unit]}" if unit else tens[ten]
    assert f"{number} detections" in text


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_within_the_repository_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    missing = [
        link
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
        if not (page.parent / link).exists() and not link.endswith(".png")
    ]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_in_the_documents_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`|&& )make ([a-z-]+)", text, re.MULTILINE)) <= targets
    commands = {path.stem for path in (ROOT / "python/sightglass/cli").glob("*.py")}
    assert set(re.findall(r"(?:^|`|/)sightglass ([a-z]+)\b", text, re.MULTILINE)) <= commands
