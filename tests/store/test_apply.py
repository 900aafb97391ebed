"""Change records: idempotent, in any order, all or none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sightglass.model import AlertStatus, Device, Site
from sightglass.model.changes import (
    AlertEdited,
    AlertRaised,
    BaselineLearned,
    Change,
    DeviceEdited,
    DeviceUpserted,
    FindingsReplaced,
    FindingUpserted,
    SiteUpserted,
)
from sightglass.store import Applied, Store, UnknownTargetError
from sightglass.store.interface import ScopeConflictError
from tests.fixtures.sample_plant import devices
from tests.fixtures.sample_state import alerts, findings, records
from tests.store.conftest import MakeStore
from tests.store.dump import dump
from tests.strategies import changes

_DEVICE = Device(id="d1", site="s", zone="z", name="PLC", firmware="1.0")
# A database file per example is slow; the property needs few examples, each with many records.
_FEW = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def test_the_sample_is_held_and_held_once(store: Store) -> None:
    every = records()
    assert store.apply(every) == Applied(len(every), 0)
    held, revision = dump(store), store.revision
    assert store.apply(every) == Applied(0, len(every))
    assert dump(store) == held
    assert store.revision == revision


@_FEW
@given(batch=st.lists(changes(), max_size=12))
def test_applying_twice_changes_nothing(make_store: MakeStore, batch: list[Change]) -> None:
    store = make_store()
    store.apply(batch)
    held = dump(store)
    store.apply(batch)
    assert dump(store) == held


@_FEW
@given(
    batch=st.lists(changes(), max_size=10, unique_by=lambda record: getattr(record, "sequence", 0)),
    order=st.randoms(use_true_random=False),
)
def test_numbered_records_in_any_order_end_in_the_same_state(
    make_store: MakeStore, batch: list[Change], order: st.DrawFn
) -> None:
    one, other = make_store(), make_store()
    one.apply(sorted(batch, key=lambda record: getattr(record, "sequence", 0)))
    shuffled = list(batch)
    order.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random
    for record in (*shuffled, *shuffled):  # each alone, and everything again
        other.apply([record])
    assert dump(other) == dump(one)


@_FEW
@given(batch=st.lists(changes(), max_size=14))
def test_both_stores_hold_the_same(make_store: MakeStore, batch: list[Change]) -> None:
    from sightglass.store.memory import MemoryStore

    store, memory = make_store(), MemoryStore()
    assert store.apply(batch) == memory.apply(batch)
    assert dump(store) == dump(memory)


def test_an_older_record_is_ignored(store: Store) -> None:
    newer, older = replace(_DEVICE, firmware="2.0"), _DEVICE
    assert store.apply([DeviceUpserted(newer, 5)]).changed == 1
    assert store.apply([DeviceUpserted(older, 4)]).changed == 0
    assert store.device("d1") == newer


def test_a_known_value_under_a_newer_number_counts_as_newer(store: Store) -> None:
    store.apply([DeviceUpserted(_DEVICE, 5)])
    assert store.apply([DeviceUpserted(_DEVICE, 7)]).changed == 0
    assert store.apply([DeviceUpserted(replace(_DEVICE, firmware="late"), 6)]).changed == 0
    assert store.device("d1") == _DEVICE


def test_an_operators_word_outlives_new_observations(store: Store) -> None:
    store.apply([DeviceUpserted(_DEVICE, 1)])
    edit = DeviceEdited("d1", "e1", 10, name="Boiler PLC", important=True)
    assert store.apply([edit]).changed == 1
    assert store.apply([edit]).changed == 0
    store.apply([DeviceUpserted(replace(_DEVICE, firmware="2.0", name="seen"), 2)])
    found = store.device("d1")
    assert found is not None
    assert (found.name, found.important, found.firmware) == ("Boiler PLC", True, "2.0")


def test_the_latest_edit_of_a_field_wins_in_any_order(store: Store) -> None:
    late, early = (
        DeviceEdited("d1", "b", 20, name="late"),
        DeviceEdited("d1", "a", 10, name="early", type="RTU"),
    )
    store.apply([DeviceUpserted(_DEVICE), late, early])
    found = store.device("d1")
    assert found is not None
    assert (found.name, found.type) == ("late", "RTU")


def test_verdicts_and_comments_stay_when_an_alert_is_raised_again(store: Store) -> None:
    alert = next(item for item in alerts(devices()) if item.status is AlertStatus.NEW)
    store.apply([AlertRaised(alert, 1)])
    verdict = AlertEdited(alert.id, "e1", 10, AlertStatus.CLOSED, "planned")
    store.apply([verdict, verdict])
    store.apply([AlertRaised(replace(alert, count=99), 2)])
    found = store.alert(alert.id)
    assert found is not None
    assert (found.status, found.count) == (AlertStatus.CLOSED, 99)
    assert [(comment.author, comment.text) for comment in found.comments] == [("operator", "planned")]


def test_a_learned_alert_is_in_the_baseline_until_the_verdict_changes(store: Store) -> None:
    alert = next(item for item in alerts(devices()) if item.learnable and item.status is AlertStatus.NEW)
    store.apply([AlertRaised(alert), AlertEdited(alert.id, "e1", 10, AlertStatus.LEARNED)])
    (entry,) = store.baseline()
    assert (entry.baseline, *entry.key) == alert.learn_keys[0]
    assert entry.actor == "operator"
    store.apply([AlertEdited(alert.id, "e2", 20, AlertStatus.ACTIVE)])
    assert not list(store.baseline())


def test_what_is_learned_twice_keeps_its_first_sight(store: Store) -> None:
    late = BaselineLearned("s", "z", "main", "writers", ("a", "b"), 50)
    store.apply([late, replace(late, first_seen_ns=20), replace(late, first_seen_ns=90)])
    assert [entry.first_seen_ns for entry in store.baseline()] == [20]


def test_replaced_findings_are_gone_and_stay_gone(store: Store) -> None:
    first, second = findings(devices())[:2]
    second = replace(second, device=first.device, cve="CVE-2099-77777")
    scope = (first.site, first.zone, first.network, first.device)
    second = replace(second, site=first.site, zone=first.zone)
    store.apply([FindingUpserted(first, 1), FindingsReplaced(*scope, (second,), 2)])
    assert dump(store)["findings"] == [second]
    store.apply([FindingUpserted(first, 1)])
    assert dump(store)["findings"] == [second]


def test_a_merged_device_is_found_by_its_old_id(store: Store) -> None:
    store.apply([DeviceUpserted(replace(_DEVICE, aliases=("old",)))])
    found = store.device("old")
    assert found is not None
    assert found.id == "d1"


@pytest.mark.parametrize(
    "edit", [DeviceEdited("nobody", "e", 1, name="x"), AlertEdited("nothing", "e", 1, AlertStatus.CLOSED)]
)
def test_a_batch_with_an_edit_of_nothing_leaves_no_trace(store: Store, edit: Change) -> None:
    store.apply([DeviceUpserted(_DEVICE)])
    held = dump(store)
    with pytest.raises(UnknownTargetError):
        store.apply([SiteUpserted(Site("new")), DeviceUpserted(replace(_DEVICE, id="d2")), edit])
    assert dump(store) == held


def test_one_id_in_two_scopes_is_refused(store: Store) -> None:
    store.apply([DeviceUpserted(_DEVICE)])
    with pytest.raises(ScopeConflictError):
        store.apply([DeviceUpserted(replace(_DEVICE, site="elsewhere"))])


def test_the_same_address_at_two_sites_is_two_devices(store: Store) -> None:
    from sightglass.model import Interface
    from sightglass.store import DeviceFilter, PageRequest

    face = (Interface("", ("192.168.0.10",)),)
    twins = [Device(id=site, site=site, zone="z", name="x", interfaces=face) for site in ("north", "south")]
    store.apply(map(DeviceUpserted, twins))
    assert store.devices(DeviceFilter(q="192.168.0.10"), PageRequest()).total == 2
    assert [item.id for item in store.each_device(DeviceFilter(site=("south",)))] == ["south"]
