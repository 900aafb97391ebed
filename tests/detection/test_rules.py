"""Content rules: a faulty one says which file and field, and stops no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from sightglass.detection import rules
from sightglass.detection.rules import RuleFaultError, builtin_rules, load_rule
from tests.detection.judging import alerts_of, feed, judge_of
from tests.detection.rows import match

GOOD = """\
id = "modbus-listen-only"
title = "Modbus device ordered into Listen Only Mode"
engine = "operational"
severity = "high"
attack = ["T0814"]
explanation = "A device in Listen Only Mode answers nobody until restarted."
remediation = ["Find who used the client at that time."]

[match]
event = "modbus.request"
where = { function = "diagnostics", sub_function = 4 }
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "listen-only.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_rule_is_loaded(tmp_path: Path) -> None:
    rule = load_rule(write(tmp_path, GOOD), "modbus-listen-only")
    assert rule.meta.attack == ("T0814",)
    assert rule.compiled["where"] == {"function": "diagnostics", "sub_function": 4}


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('title = "Modbus device ordered into Listen Only Mode"\n', "", "title"),
        ('severity = "high"', 'severity = "awful"', "awful"),
        ('engine = "operational"', 'engine = "steam"', "steam"),
        ('attack = ["T0814"]', 'attack = ["T9999"]', "attack"),
        ('id = "modbus-listen-only"', 'id = "other"', "id"),
        ('event = "modbus.request"', "", "match.event"),
        ('event = "modbus.request"', 'event = "nonsense.request"', "match"),
        ("sub_function = 4", "no_such_field = 4", "where.no_such_field"),
        ('event = "modbus.request"', 'event = "tds.request"', "not decoded"),
        ('engine = "operational"', 'engine = "operational"\ncolour = "red"', "colour"),
        ('severity = "high"', "severity = ", "line 4"),
    ],
)
def test_a_faulty_rule_names_file_and_field(old: str, new: str, field: str, tmp_path: Path) -> None:
    assert old in GOOD
    with pytest.raises(RuleFaultError) as fault:
        load_rule(write(tmp_path, GOOD.replace(old, new)), "modbus-listen-only")
    assert "listen-only.toml" in str(fault.value)
    assert field in str(fault.value)
    assert "\n" not in str(fault.value).strip()


def test_one_bad_rule_never_stops_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "modbus"
    folder.mkdir()
    write(folder, GOOD)
    (folder / "broken.toml").write_text("id = ", encoding="utf-8")
    monkeypatch.setattr(rules, "content_file", lambda *_parts: tmp_path)
    builtin_rules.cache_clear()
    try:
        good, faults = builtin_rules()
    finally:
        builtin_rules.cache_clear()
    assert [rule.meta.id for rule in good] == ["modbus-listen-only"]
    assert len(faults) == 1
    assert "broken.toml" in faults[0]


def test_the_rules_shipped_are_faultless() -> None:
    assert builtin_rules()[1] == ()


def test_a_match_becomes_an_alert(tmp_path: Path) -> None:
    rule = load_rule(write(tmp_path, GOOD), "modbus-listen-only")
    judge = judge_of([], rules=[rule])
    feed(judge, [match(5, "modbus-listen-only", detail="sub_function 4")])
    (alert,) = alerts_of(judge)
    assert alert.detection == "modbus-listen-only"
    assert alert.explanation.startswith("A device in Listen Only Mode")
    assert [each.frame for each in alert.evidence] == [6]
