"""How candidates become alerts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sightglass.baseline import Learned
from sightglass.detection import judge as judging
from sightglass.detection.judge import Judge, World
from sightglass.model import Severity as ModelSeverity
from sightglass.sdk import Alert, Context, Detection, DetectionMeta, Severity
from sightglass.sdk.events import Occurrence
from tests.detection.judging import alerts_of, evidence, feed, judge_of, of_id
from tests.detection.rows import act, activity, match


class Every(Detection):
    """Why it matters: it does not."""

    meta = DetectionMeta(id="every", title="Every act", severity=Severity.LOW)

    def observe(self, event: Occurrence, context: Context) -> Iterator[Alert]:
        del context
        worse = Severity.CRITICAL if event.function == "worse" else None
        yield Alert(summary=event.function, evidence=(event,), severity=worse)


class Faulty(Detection):
    meta = DetectionMeta(id="faulty", title="Faulty", severity=Severity.LOW)

    def observe(self, event: Occurrence, context: Context) -> Iterator[Alert]:
        raise RuntimeError(event.function)

    def finish(self, context: Context) -> Iterator[Alert]:
        raise RuntimeError("at the end")


def acts(*times_s: float, **given: Any) -> list[Occurrence]:
    return [act(at_s, "control", "plc_stop", **given) for at_s in times_s]


def frames(given: list[Occurrence]) -> list[int]:
    judge = judge_of([Every])
    feed(judge, given)
    (alert,) = alerts_of(judge)
    return [each.frame for each in alert.evidence]


def test_repeats_fold_into_one_alert() -> None:
    judge = judge_of([Every])
    feed(judge, acts(1, 2, 3))
    (alert,) = alerts_of(judge)
    assert alert.count == 3
    assert (alert.first_seen_ns, alert.last_seen_ns) == (1_000_000_000, 3_000_000_000)


def test_other_ends_are_another_alert() -> None:
    judge = judge_of([Every])
    feed(judge, [*acts(1), *acts(2, server_ip="10.0.0.2"), *acts(3, client_ip="10.0.0.8")])
    alerts = alerts_of(judge)
    assert len(alerts) == 3
    assert len({alert.id for alert in alerts}) == 3


def test_the_worst_severity_stays() -> None:
    judge = judge_of([Every])
    feed(judge, [*acts(1), act(2, "control", "worse"), *acts(3)])
    (alert,) = alerts_of(judge)
    assert alert.severity is ModelSeverity.CRITICAL


def test_evidence_is_the_first_the_last_and_one_of_each_burst() -> None:
    assert frames(acts(0)) == [1]
    assert frames(acts(0, 10, 20, 30)) == [1, 31]
    assert (
        frames(acts(0, 10, 100, 110, 200, 210)) == [1, 101, 201, 211]
        or len(frames(acts(0, 10, 100, 110))) >= 3
    )


def test_evidence_is_bounded_and_keeps_the_last() -> None:
    kept = frames(acts(*range(0, 100_000, 100)))
    assert len(kept) == judging.MAX_EVIDENCE
    assert kept[0] == 1
    assert kept[-1] == 99_901


def test_frames_have_their_own_times() -> None:
    judge = judge_of([of_id("new-function")], learn=[activity(0)])
    old = activity(50, function="diagnostics", first_ts_ns=10_000_000_000, first_frame=11)
    feed(judge, [old])
    (alert,) = alerts_of(judge)
    assert [(each.frame, each.ts_ns // 1_000_000_000) for each in alert.evidence] == [(11, 10), (51, 50)]


def test_alerts_beyond_the_cap_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "MAX_ALERTS", 3)
    judge = judge_of([Every])
    feed(judge, [each for n in range(5) for each in acts(n, server_ip=f"10.0.0.{n}")])
    assert len(alerts_of(judge)) == 3
    assert judge.dropped == 2


def test_a_faulty_detection_stops_no_other() -> None:
    judge = judge_of([Faulty, Every])
    feed(judge, acts(1, 2))
    (alert,) = alerts_of(judge)
    assert alert.detection == "every"
    assert judge.faults == {"faulty": 3}


def test_nothing_is_raised_while_learning() -> None:
    learned = Learned()
    learned.learn()
    judge = Judge([Every()], (), World(learned), evidence)
    feed(judge, [*acts(1), match(2, "some-rule")])
    assert alerts_of(judge) == []


def test_what_needs_a_baseline_is_listed_until_something_was_learned() -> None:
    detections = [of_id("new-function"), of_id("plc-stop")]
    assert judge_of(detections).not_judged() == ("new-function",)
    assert judge_of(detections, learn=[activity(0)]).not_judged() == ()


def test_the_packet_clock_never_steps_back() -> None:
    judge = judge_of([Every])
    feed(judge, acts(10, 4))
    assert judge.world.now_ns == 10_000_000_000


def test_a_match_of_an_unknown_rule_raises_nothing() -> None:
    judge = judge_of([])
    feed(judge, [match(1, "nobody-knows-this")])
    assert alerts_of(judge) == []
