"""The detections' own cases: traffic that must fire each, and traffic that must not.

The traffic is the lab's. For every detection there is an attack that names it, and every detection must keep silent
on a benign stretch of the same plant after learning from another one. Content rules may name captures or attacks of
their own under ``[[test]]``. Seeds are fixed, so a case that fails once fails always.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sightglass.model import Alert

SEED = 20
HOURS = 0.05
LEARN_RUN, ATTACK_RUN, BENIGN_RUN = 0, 1, 2
BENIGN = "none"


@dataclass(frozen=True, slots=True)
class Case:
    """One stretch of traffic and what a detection must say to it.

    Attributes:
        detection: Id of the detection.
        name: What the traffic is.
        fires: Whether it must raise an alert.
        attack: Name of the lab's attack in it, ``none`` for benign traffic, empty when `capture` is given.
        capture: A capture of our own instead of the lab's, as a content rule names it.
    """

    detection: str
    name: str
    fires: bool
    attack: str = ""
    capture: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a case went; `detail` says what was raised, or what was missing."""

    detection: str
    case: str
    passed: bool
    detail: str


@lru_cache(maxsize=1)
def _cases() -> dict[str, tuple[Case, ...]]:
    from sightglass.detection.registry import detection_classes
    from sightglass.detection.rules import builtin_rules
    from sightglass.lab import ATTACKS

    found: dict[str, tuple[Case, ...]] = {}
    for meta in [each.meta for each in detection_classes()]:
        attacks = [name for name, attack in sorted(ATTACKS.items()) if meta.id in attack.expected]
        fires = tuple(Case(meta.id, f"attack {name}", fires=True, attack=name) for name in attacks)
        found[meta.id] = (*fires, _benign(meta.id))
    for rule in builtin_rules()[0]:
        own = tuple(_of_rule(rule.meta.id, test) for test in rule.tests)
        found[rule.meta.id] = (
            own if any(case.attack == BENIGN for case in own) else (*own, _benign(rule.meta.id))
        )
    return found


def _benign(detection: str) -> Case:
    return Case(detection, "benign traffic", fires=False, attack=BENIGN)


def _of_rule(detection: str, test: dict[str, Any]) -> Case:
    fires = bool(test.get("alerts", 1))
    if "attack" in test:
        name = "benign traffic" if test["attack"] == BENIGN else f"attack {test['attack']}"
        return Case(detection, name, fires, attack=str(test["attack"]))
    capture = str(test.get("capture", ""))
    return Case(detection, f"capture {capture}", fires, capture=capture)


def cases_of(detection: str) -> tuple[Case, ...]:
    """The cases of a detection, empty for one that nobody knows."""
    return _cases().get(detection, ())


def run_cases(detections: Sequence[str]) -> Iterator[Outcome]:
    """Run the cases of some detections; the traffic is written once for all of them."""
    cases = [case for detection in detections for case in cases_of(detection)]
    with tempfile.TemporaryDirectory(prefix="sightglass-cases-") as folder:
        traffic = _Traffic(Path(folder), {case.attack for case in cases} - {"", BENIGN})
        for case in cases:
            yield _run(case, traffic)


def _run(case: Case, traffic: _Traffic) -> Outcome:
    try:
        raised = traffic.alerts_of(case)
    except (OSError, ValueError) as error:
        return Outcome(case.detection, case.name, passed=False, detail=str(error))
    told = [alert.summary for alert in raised if alert.detection == case.detection]
    if case.fires:
        return Outcome(
            case.detection, case.name, passed=bool(told), detail=told[0] if told else "raised nothing"
        )
    return Outcome(
        case.detection, case.name, passed=not told, detail=f"raised: {told[0]}" if told else "silent"
    )


class _Traffic:
    """Captures written on demand, each analyzed once."""

    def __init__(self, folder: Path, attacks: set[str]) -> None:
        self.folder = folder
        self.attacks = tuple(sorted(attacks))
        self._learn: Path | None = None
        self._attacked: tuple[list[Alert], dict[str, Any]] | None = None
        self._benign: list[Alert] | None = None

    def alerts_of(self, case: Case) -> list[Alert]:
        """Alerts that a case's traffic raised.

        Raises:
            OSError: A capture is not there, or cannot be read or written.
            ValueError: The lab has no such attack.
        """
        if case.attack == BENIGN:
            if self._benign is None:
                self._benign = self._judge(self._write("benign", BENIGN_RUN, ())[0])
            return self._benign
        if not case.attack:
            return self._judge(_capture(case.capture))
        if self._attacked is None:
            capture, truth = self._write("attacks", ATTACK_RUN, self.attacks)
            self._attacked = (self._judge(capture), {each["name"]: each for each in truth["attacks"]})
        alerts, attacks = self._attacked
        return [alert for alert in alerts if _shows(alert, attacks[case.attack])]

    def _write(self, name: str, run: int, attacks: tuple[str, ...]) -> tuple[Path, dict[str, Any]]:
        from sightglass.lab import Scenario, write_lab

        path = self.folder / f"{name}.pcap"
        return path, write_lab(path, Scenario(SEED, HOURS, run, attacks))

    def _judge(self, capture: Path) -> list[Alert]:
        from sightglass.engine import CaptureError
        from sightglass.sensor.pipeline import Pipeline

        if self._learn is None:
            self._learn = self._write("learn", LEARN_RUN, ())[0]
        pipeline = Pipeline()
        try:
            pipeline.learn([self._learn])
            return pipeline.run([capture], detail=False).alerts
        except CaptureError as error:
            raise OSError(str(error)) from error


def _shows(alert: Alert, attack: dict[str, Any]) -> bool:
    """Whether an alert is about this attack: raised by its source, within its frames."""
    span = range(attack["first_frame"], attack["last_frame"] + 1)
    source = attack["source"]
    return alert.source_address in {source["ip"], source["mac"]} and any(
        each.frame in span for each in alert.evidence
    )


def _capture(name: str) -> Path:
    """A capture that a rule names; they lie under ``tests/captures`` of a source tree.

    Raises:
        OSError: It is not there.
    """
    from sightglass.content.root import content_file

    path = content_file("rules").parents[1] / "tests" / "captures" / name
    if not name or not path.is_file():
        raise FileNotFoundError(
            f"capture {name or '(none named)'} is not there; captures of rules need a source tree"
        )
    return path
