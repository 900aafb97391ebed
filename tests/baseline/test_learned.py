"""What is normal: stages, novelty, and the cap."""

from __future__ import annotations

import json

import pytest

from sightglass.baseline import Learned, learned
from sightglass.sdk import Stage


def taught(*keys: tuple[str, ...]) -> Learned:
    memory = Learned()
    memory.learn()
    for key in keys:
        assert not memory.is_new("writers", key)
    memory.judge()
    return memory


def test_nothing_is_new_before_anything_was_learned() -> None:
    memory = Learned()
    assert memory.stage is Stage.UNJUDGED
    assert not memory.is_new("writers", ("a", "b"))
    memory.judge()
    assert memory.is_new("writers", ("a", "b"))


def test_what_was_learned_is_not_new_and_everything_else_is() -> None:
    memory = taught(("a", "b"))
    assert not memory.is_new("writers", ("a", "b"))
    assert memory.is_new("writers", ("b", "a"))


def test_judging_teaches_nothing() -> None:
    memory = taught(("a", "b"))
    assert memory.is_new("writers", ("c", "d"))
    assert memory.is_new("writers", ("c", "d"))


def test_baselines_do_not_share_keys() -> None:
    memory = taught(("a", "b"))
    assert memory.is_new("functions", ("a", "b"))


def test_a_flood_while_learning_is_bounded_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learned, "MAX_KEYS", 2)
    memory = taught(("a",), ("b",), ("c",))
    assert memory.refused == 1
    assert memory.is_new("writers", ("c",))
    assert not memory.is_new("writers", ("a",))


def test_it_reads_as_sorted_text() -> None:
    whole = json.loads(taught(("b",), ("a",)).to_json())
    assert whole == {"schema_version": 1, "baselines": {"writers": [["a"], ["b"]]}}
