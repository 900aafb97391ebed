"""What a detection's author relies on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sightglass.sdk import Alert, Baseline, Context, Detection, DetectionMeta, Severity, Stage, documentation
from sightglass.sdk.events import EVENTS, Activity, Anomaly, Arp, Event, Flow

_ROW = (
    *("new", "10.0.0.1", "02:00:00:00:00:01", "10.0.0.2", "02:00:00:00:00:02", 7, "modbus", "unit 1"),
    *("coil 0-9", "write_multiple_coils", 15, "write", 3, 2, 1, 0, "illegal_data_address", 5, 9, 11, 19),
    *((11, 13, 19), 0, 42),
)


class Plant:
    """A context with learned keys in a set."""

    site = zone = "default"
    now_ns = 0

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.known: set[tuple[str, ...]] = set()

    def device(self, address: str) -> None:
        return None

    def has_role(self, address: str, role: str) -> bool:
        return False

    def is_new(self, baseline: str, key: tuple[str, ...], *, learnable: bool) -> bool:
        entry = (baseline, *key)
        if self.stage is Stage.LEARNING:
            self.known.add(entry)
        return self.stage is Stage.OPERATIONAL and entry not in self.known


class Writers(Detection):
    """A detection as the style guide writes it."""

    meta = DetectionMeta("writers", "Write from a new client", Severity.HIGH, needs_baseline=True)

    def __init__(self) -> None:
        self.writers = Baseline[tuple[str, str]]("writers")

    def observe(self, event: Activity, context: Context) -> Iterator[Alert]:
        if event.category == "write" and self.writers.is_new((event.client, event.server), context):
            yield Alert(f"{event.client} wrote to {event.server}", (event,))


def test_a_row_becomes_an_event_with_its_ends() -> None:
    event = Activity.from_row(_ROW)
    assert (event.client, event.server, event.samples) == ("10.0.0.1", "10.0.0.2", (11, 13, 19))
    assert (event.ts_ns, event.frame, event.code, event.object) == (9, 19, 15, "coil 0-9")
    assert hash(event) == hash(Activity.from_row(_ROW))


def test_ends_without_ip_are_named_by_mac() -> None:
    row = list(_ROW)
    row[1] = row[3] = ""
    event = Activity.from_row(row)
    assert (event.client, event.server) == ("02:00:00:00:00:01", "02:00:00:00:00:02")


@pytest.mark.parametrize("kind", sorted(EVENTS))
def test_a_row_of_another_shape_is_refused(kind: str) -> None:
    columns = len(EVENTS[kind].columns())
    with pytest.raises((TypeError, IndexError)):
        EVENTS[kind].from_row([0] * (columns - 1))


def test_the_first_parameter_says_what_is_subscribed() -> None:
    class Both(Detection):
        meta = Writers.meta

        def observe(self, event: Arp | Anomaly, context: Context) -> Iterator[Alert]:
            yield from ()

    class Quiet(Both):
        subscribes = (Flow,)

    assert Writers.subscribes == (Activity,)
    assert Both.subscribes == (Arp, Anomaly)
    assert Quiet.subscribes == (Flow,)


def test_a_detection_without_event_types_is_refused() -> None:
    with pytest.raises(TypeError, match=r"Vague\.observe"):

        class Vague(Detection):
            def observe(self, event: int, context: Context) -> Iterator[Alert]:
                yield from ()


@pytest.mark.parametrize(("learn_first", "alerts"), [(False, 1), (True, 0)])
def test_a_baseline_judges_by_what_was_learned(*, learn_first: bool, alerts: int) -> None:
    plant, detection, event = Plant(Stage.LEARNING), Writers(), Activity.from_row(_ROW)
    if learn_first:
        assert not list(detection.observe(event, plant))
    plant.stage = Stage.OPERATIONAL
    assert len(list(detection.observe(event, plant))) == alerts


def test_nothing_learned_judges_nothing() -> None:
    assert not list(Writers().observe(Activity.from_row(_ROW), Plant(Stage.UNJUDGED)))


def test_sections_of_a_docstring_are_found() -> None:
    text = """Write to a controller.

    Why it matters:
        Writes change the process,
        and writers are few.
    Misses:
        Clients that already write.

    More.
    """
    found = documentation(text)
    assert found == {
        "explanation": "Writes change the process, and writers are few.",
        "misses": "Clients that already write.",
    }


def test_every_event_is_frozen() -> None:
    for kind in EVENTS.values():
        assert issubclass(kind, Event)
        event = kind.from_row([0] * len(kind.columns()))
        with pytest.raises(AttributeError):
            setattr(event, kind.columns()[0], 1)


def test_columns_are_those_of_the_engine() -> None:
    engine = pytest.importorskip("sightglass.engine", reason="the engine is not built", exc_type=ImportError)
    tables = engine.event_schema()["tables"]
    assert set(tables) == set(EVENTS)
    for kind, columns in tables.items():
        assert [column["name"] for column in columns] == list(EVENTS[kind].columns()), kind
