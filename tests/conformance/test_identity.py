"""Hosts and what they say of themselves are on the right device; every difference from the truth is documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conformance.identity import outcomes
from tests.conformance.truth import REASON, available

DIFFERENCES = Path(__file__).with_name("identity.md")

pytestmark = [pytest.mark.captures, pytest.mark.skipif(not available(), reason=REASON)]


def documented(title: str) -> set[tuple[str, ...]]:
    """Cells of a section's rows but the last, which says why."""
    text = DIFFERENCES.read_text(encoding="utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    rows = [line.strip("|").split(" | ") for line in text.splitlines() if re.match(r"\| [\w-]+/", line)]
    return {tuple(cell.strip() for cell in row[:-1]) for row in rows}


def test_nearly_every_host_is_on_its_device() -> None:
    faults = sum(len(outcome.host_faults) for outcome in outcomes().values())
    hosts = sum(outcome.hosts for outcome in outcomes().values())
    assert hosts > 2000
    assert faults <= 0.01 * hosts


def test_nearly_every_text_is_on_its_device() -> None:
    found = sum(outcome.found.total() for outcome in outcomes().values())
    missed = sum(len(outcome.missed) for outcome in outcomes().values())
    assert found > 1000
    assert missed <= 0.05 * (found + missed)


@pytest.mark.parametrize("folder", ["plant/", "profinet/", "s7comm/", "modbus/", "dnp3/"])
def test_nothing_is_wrong_in_these(folder: str) -> None:
    for name, outcome in outcomes().items():
        if name.startswith(folder):
            assert (outcome.host_faults, outcome.missed, outcome.wrong) == ([], [], []), name


def test_every_difference_of_hosts_is_documented_and_no_more() -> None:
    faults = {
        (name, host, what) for name, outcome in outcomes().items() for host, what in outcome.host_faults
    }
    assert faults == documented("Hosts")


def test_every_missing_text_is_documented_and_no_more() -> None:
    missed = {
        (name, host, key, " ".join(text.replace("|", "/").split()))
        for name, outcome in outcomes().items()
        for host, key, text in outcome.missed
    }
    assert missed == documented("Texts that their device does not have")


def test_every_wrong_text_is_documented_and_no_more() -> None:
    wrong = {(name, *each) for name, outcome in outcomes().items() for each in outcome.wrong}
    assert wrong == documented("Texts on another device")
