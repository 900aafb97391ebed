"""The detections' own cases, as `sightglass rules test` runs them."""

from __future__ import annotations

import pytest

from sightglass import engine
from sightglass.cli.cases import Outcome, cases_of, run_cases
from sightglass.detection.registry import detection_classes
from sightglass.detection.rules import builtin_rules

IDS = sorted(each.meta.id for each in detection_classes())
RULES = sorted(rule.meta.id for rule in builtin_rules()[0])
NEEDS = {"dnp3-restart": "dnp3", "firmware-update": "cip", "plc-stop": "cip"}
"""Protocols of the attacks that are not decoded in every build of the engine while it grows."""


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return list(run_cases([*IDS, *RULES]))


@pytest.mark.parametrize("identifier", IDS)
def test_every_detection_must_fire_once_and_keep_silent_once(identifier: str) -> None:
    assert {case.fires for case in cases_of(identifier)} == {True, False}


@pytest.mark.parametrize("identifier", RULES)
def test_every_rule_has_traffic_that_must_not_fire_it(identifier: str) -> None:
    assert False in {case.fires for case in cases_of(identifier)}


@pytest.mark.parametrize("identifier", [*IDS, *RULES])
def test_cases_pass(identifier: str, outcomes: list[Outcome]) -> None:
    decoded = {each["name"] for each in engine.protocols() if each["decoded"]}
    own = [outcome for outcome in outcomes if outcome.detection == identifier]
    assert own
    if NEEDS.get(identifier, "modbus") not in decoded:
        pytest.skip(f"this engine does not decode {NEEDS[identifier]}")
    assert [outcome for outcome in own if not outcome.passed] == []
