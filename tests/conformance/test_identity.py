"""Hosts and what they say of themselves are on the right device; every difference from the truth is documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sightglass import engine
from tests.conformance.identity import outcomes
from tests.conformance.truth import REASON, available

DIFFERENCES = Path(__file__).with_name("identity.md")
PROTOCOLS = {"hart": "hart_ip", "hl7": "hl7", "pn_io": "profinet_cm"}
"""Protocols of keys whose first part is not the protocol's short name."""
LATER = frozenset({"ads", "fins", "goose", "hart", "hl7", "mms", "mqtt", "opcua", "pn_io", "sv"})
"""First parts of the keys of protocols that the engine may not decode yet."""

pytestmark = [pytest.mark.captures, pytest.mark.skipif(not available(), reason=REASON)]


def documented(title: str) -> set[tuple[str, ...]]:
    """Cells of a section's rows but the last, which says why."""
    text = DIFFERENCES.read_text(encoding="utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    rows = [line.strip("|").split(" | ") for line in text.splitlines() if re.match(r"\| [\w-]+/", line)]
    return {tuple(cell.strip() for cell in row[:-1]) for row in rows}


def decoded(key: str) -> bool:
    """Whether the engine decodes the protocol of a key."""
    first = key.split(".", maxsplit=1)[0]
    known = {each["name"] for each in engine.protocols() if each["decoded"]}
    return first not in LATER or PROTOCOLS.get(first, first) in known


def test_nearly_every_host_is_on_its_device() -> None:
    faults = sum(len(outcome.host_faults) for outcome in outcomes().values())
    hosts = sum(outcome.hosts for outcome in outcomes().values())
    assert hosts > 2000
    assert faults <= 0.01 * hosts


def test_nearly_every_text_is_on_its_device() -> None:
    found = sum(outcome.found.total() for outcome in outcomes().values())
    missed = [key for outcome in outcomes().values() for _, key, _ in outcome.missed if decoded(key)]
    assert found > 1000
    assert len(missed) <= 0.05 * (found + len(missed))


@pytest.mark.parametrize("folder", ["plant/", "profinet/", "s7comm/", "modbus/", "dnp3/"])
def test_nothing_is_wrong_in_these(folder: str) -> None:
    for name, outcome in outcomes().items():
        if name.startswith(folder):
            missed = [each for each in outcome.missed if decoded(each[1])]
            assert (outcome.host_faults, missed, outcome.wrong) == ([], [], []), name


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
        if key.split(".", maxsplit=1)[0] not in LATER
    }
    assert missed == documented("Texts that their device does not have")


def test_every_wrong_text_is_documented_and_no_more() -> None:
    wrong = {(name, *each) for name, outcome in outcomes().items() for each in outcome.wrong}
    assert wrong == documented("Texts on another device")
