"""A judge over events made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sightglass.baseline import Learned
from sightglass.detection.judge import Judge, World
from sightglass.detection.registry import detection_classes
from sightglass.detection.rules import Rule
from sightglass.model import Alert, Evidence
from sightglass.sdk import Detection
from sightglass.sdk.events import Event


def evidence(source: int, frame: int, ts_ns: int) -> Evidence:
    """Evidence named by the number of its capture."""
    return Evidence(str(source), frame, ts_ns)


def of_id(identifier: str) -> type[Detection]:
    """A built-in detection."""
    return next(each for each in detection_classes() if each.meta.id == identifier)


def judge_of(
    detections: Sequence[type[Detection]], *, learn: Sequence[Event] | None = None, rules: Sequence[Rule] = ()
) -> Judge:
    """A judge, after learning from events where they are given."""
    learned = Learned()
    world = World(learned)
    if learn is not None:
        learned.learn()
        teacher = Judge([each() for each in detections], rules, world, evidence)
        feed(teacher, learn)
        teacher.finish()
        learned.judge()
        world.now_ns = 0
    return Judge([each() for each in detections], rules, world, evidence)


def feed(judge: Judge, given: Sequence[Event]) -> None:
    """Give events in their order, as rows of the engine's tables."""
    for event in given:
        row: Any = event
        judge.take(event.table, [row])


def alerts_of(judge: Judge) -> list[Alert]:
    """End, and give all alerts."""
    judge.finish()
    return judge.alerts(lambda _address: ("", ""))


def raised(identifier: str, given: Sequence[Event], *, learn: Sequence[Event] | None = None) -> list[Alert]:
    """Alerts of one detection over events."""
    judge = judge_of([of_id(identifier)], learn=learn)
    feed(judge, given)
    alerts = alerts_of(judge)
    assert judge.faults == {}
    return alerts
