"""Events of the real captures raise their alerts; what is missed is documented, and few alerts are unexplained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sightglass.detection.registry import detection_classes
from sightglass.detection.rules import builtin_rules
from sightglass.sensor.pipeline import Pipeline
from tests.conformance.scenarios import FITTING, beginning, elsewhere, events, outcomes
from tests.conformance.truth import REASON, all_truth, available, without_ot

MISSED = Path(__file__).with_name("scenarios.md")
ALWAYS = frozenset(
    {
        "PLC start", "address scan", "credential theft", "default credentials", "device restart", "file transfer", "firmware update", "lateral movement", "memory change",
        "password guessing", "rule test", "session hijack", "unauthorised command", "unauthorised write",
    }
)  # fmt: skip
"""Categories of which every event is found."""
FLOOR = 105
MOST_UNEXPLAINED = 32

NORMAL = (
    "plant/ct-plant1_ethernetip.pcap",
    "plant/ct-plant1_modbustcp.pcap",
    "plant/ct-plant1_s7comm.pcap",
    "modbus/iti-modbusbig.pcap",
    "s7comm/qut-s7-attacker.pcap",
)
"""Normal operation, long enough to learn from one half and to judge the other."""

pytestmark = [pytest.mark.captures, pytest.mark.skipif(not available(), reason=REASON)]


def missed() -> set[tuple[str, str, int]]:
    return {event.key for outcome in outcomes().values() for event, by in outcome.found.items() if not by}


def test_fitting_detections_exist() -> None:
    known = {each.meta.id for each in detection_classes()} | {rule.meta.id for rule in builtin_rules()[0]}
    assert frozenset().union(*FITTING.values()) <= known


def test_enough_events_are_found() -> None:
    found = sum(bool(by) for outcome in outcomes().values() for by in outcome.found.values())
    assert found >= FLOOR


@pytest.mark.parametrize("category", sorted(ALWAYS))
def test_every_event_of_a_category_is_found(category: str) -> None:
    assert [key for key in missed() if key[1] == category] == []


def documented(text: str) -> set[tuple[str, str, int]]:
    """Capture, category and first frame of the rows of a text."""
    rows = [line.strip("|").split("|") for line in text.splitlines() if re.match(r"\| [\w-]+/", line)]
    return {(row[0].strip(), row[1].strip(), int(row[2])) for row in rows}


def test_what_is_missed_is_documented() -> None:
    assert missed() <= documented(MISSED.read_text(encoding="utf-8"))


def test_no_documented_miss_has_gone() -> None:
    text = MISSED.read_text(encoding="utf-8")
    later = re.search(r"## Protocols that are not decoded.*?(?=\n## )", text, re.DOTALL)
    waiting = documented(later.group()) if later else set()
    assert documented(text) - waiting <= missed()


def test_few_alerts_stand_beside_the_events() -> None:
    beside = [alert.summary for outcome in outcomes().values() for alert in outcome.unexplained]
    assert len(beside) <= MOST_UNEXPLAINED, beside


def test_nothing_industrial_is_told_of_captures_without_it() -> None:
    told = {alert.detection for name in elsewhere().keys() & without_ot() for alert in elsewhere()[name]}
    assert told <= {"failed-login", "windows-remote-control"}


@pytest.mark.parametrize("name", NORMAL)
def test_the_second_half_of_normal_operation_raises_nothing(name: str, tmp_path: Path) -> None:
    truth = next(each for each in all_truth() if each.name == name)
    assert name not in events()
    first = tmp_path / "first.pcap"
    beginning(truth.path, truth.data["packets"] // 2, first)
    pipeline = Pipeline()
    pipeline.learn([first])
    assert [alert.summary for alert in pipeline.run([truth.path], detail=False).alerts] == []
