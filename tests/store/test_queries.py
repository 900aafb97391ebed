"""Filters, order and pages, alike in every store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sightglass.model import Device
from sightglass.model.changes import DeviceUpserted
from sightglass.store import (
    ActivityFilter,
    AlertFilter,
    BadQueryError,
    ConnectionFilter,
    DeviceFilter,
    FindingFilter,
    Page,
    PageRequest,
    Store,
    ValueFilter,
)
from sightglass.store.filters import Filter
from sightglass.store.kinds import KINDS, kind_of
from tests.fixtures.sample_state import records
from tests.store.conftest import MakeStore
from tests.strategies import HOSTILE, devices

_FILTERS: tuple[Filter, ...] = (
    *(DeviceFilter(), ConnectionFilter(), ActivityFilter(), AlertFilter(), FindingFilter(), ValueFilter()),
)


@pytest.fixture
def plant(store: Store) -> Store:
    """The sample plant."""
    store.apply(records())
    return store


def _find(store: Store, where: Filter) -> Callable[[Any, PageRequest], Page[Any]]:
    names = {"device": "devices", "activity": "activities"}
    name = kind_of(where).name
    return getattr(store, names.get(name, f"{name}s"))  # type: ignore[no-any-return]  # one of the six


def _walk(store: Store, where: Filter, sort: str, limit: int) -> Iterator[Any]:
    page = PageRequest(sort, limit)
    while True:
        found = _find(store, where)(where, page)
        assert len(found.items) <= limit
        yield from found.items
        if found.next is None:
            return
        page = replace(page, cursor=found.next)


@pytest.mark.parametrize("where", _FILTERS, ids=lambda where: type(where).__name__)
def test_pages_in_every_order_give_every_row_once(plant: Store, where: Filter) -> None:
    kind = kind_of(where)
    every = {kind.key(item) for item in getattr(plant, f"each_{kind.name}")(where)}
    assert every
    for sort in kind.sorts:
        for order in (sort, f"-{sort}"):
            keys = [kind.key(item) for item in _walk(plant, where, order, 7)]
            assert len(keys) == len(set(keys))
            assert set(keys) == every


@pytest.mark.parametrize("where", _FILTERS, ids=lambda where: type(where).__name__)
def test_iterating_gives_the_order_of_pages(plant: Store, where: Filter) -> None:
    kind = kind_of(where)
    for sort in kind.sorts:
        pages = [kind.key(item) for item in _walk(plant, where, f"-{sort}", 10)]
        assert [kind.key(item) for item in getattr(plant, f"each_{kind.name}")(where, f"-{sort}")] == pages


def test_rows_that_come_and_go_do_not_disturb_a_walk(store: Store) -> None:
    held = [Device(id=f"{n:03d}", site="s", zone="z", name=f"n{n // 3:03d}") for n in range(60)]
    store.apply(map(DeviceUpserted, held))
    seen: list[str] = []
    page = PageRequest("name", 10)
    while True:
        found = store.devices(DeviceFilter(), page)
        seen += [device.id for device in found.items]
        if found.next is None:
            break
        # A new row sorts before everything seen, another after everything.
        store.apply([DeviceUpserted(Device(id=f"new-{len(seen)}", site="s", zone="z", name="a"))])
        page = replace(page, cursor=found.next)
    assert [item for item in seen if not item.startswith("new")] == [device.id for device in held]
    assert len(seen) == len(set(seen))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    items=st.lists(devices(), max_size=6, unique_by=lambda device: device.id),
    words=st.lists(st.sampled_from(HOSTILE)),
)
def test_any_text_can_be_searched_and_filtered_for(
    make_store: MakeStore, items: list[Device], words: list[str]
) -> None:
    from sightglass.store.memory import MemoryStore

    store, memory = make_store(), MemoryStore()
    for each in (store, memory):
        each.apply(map(DeviceUpserted, items))
    filters = [
        DeviceFilter(q=" ".join(words)),
        DeviceFilter(type=tuple(words)),
        DeviceFilter(role=tuple(words)),
    ]
    filters += [
        DeviceFilter(vendor=tuple(words), protocol=tuple(words)),
        DeviceFilter(purdue_level=(-1.0, 3.5)),
    ]
    for where in filters:
        assert store.devices(where, PageRequest("-name", 3)) == memory.devices(where, PageRequest("-name", 3))
        for field in ("type", "role", "purdue_level", "protocol"):
            assert dict(store.group(where, field)) == dict(memory.group(where, field))


@pytest.mark.parametrize(
    ("where", "names"),
    [
        (DeviceFilter(type=("RTU",)), ["PUMPHOUSE-RTU-1", "PUMPHOUSE-RTU-2"]),
        (DeviceFilter(q="dell ws-0"), ["ENG-WS-01", "ENG-WS-02"]),
        (DeviceFilter(q="10.20.10.31"), ["HISTORIAN"]),
        (DeviceFilter(purdue_level=(5.0,)), ["hq-erp"]),
        (DeviceFilter(protocol=("rtsp",)), ["CAM-GATE"]),
        (DeviceFilter(role=("jump_host", "domain_controller")), ["DC01", "dmz-jump"]),
        (DeviceFilter(kind=("referred",)), ["10.99.0.5"]),
        (DeviceFilter(zone=("dmz",), vendor=("HPE",)), ["dmz-hist-mirror"]),
        (DeviceFilter(important=True, purdue_level=(2.0,)), ["SCADA-A", "SCADA-B"]),
        (DeviceFilter(purdue_level=(-1.0,), kind=("device",)), ["02:00:00:3a:1a:62", "10.20.1.66"]),
        (DeviceFilter(has_alerts=True, zone=("office",)), ["OFFICE-03"]),
        (DeviceFilter(has_findings=True, zone=("office",)), ["CAM-GATE"]),
        (DeviceFilter(has_findings=False, has_alerts=False, vendor=("Axis",)), []),
        (DeviceFilter(q="zzz"), []),
    ],
    ids=str,
)
def test_device_filters(plant: Store, where: DeviceFilter, names: list[str]) -> None:
    page = plant.devices(where, PageRequest())
    assert [device.name for device in page.items] == names
    assert page.total == len(names)


def test_counting_by_a_list_under_a_filter_of_the_same_list(plant: Store) -> None:
    counts = plant.group(DeviceFilter(protocol=("modbus",), has_alerts=True, role=("plc",)), "protocol")
    assert dict(counts) == {"http": 1, "modbus": 1, "umas": 1}


def test_closed_alerts_do_not_count_as_alerts_of_a_device(plant: Store) -> None:
    (device,) = plant.devices(DeviceFilter(q="UTILITY-02-PLC"), PageRequest()).items
    assert plant.alerts(AlertFilter(device=(device.id,)), PageRequest()).total == 1
    assert plant.alerts(AlertFilter(device=(device.id,), open=True), PageRequest()).total == 0
    assert plant.related([device.id])[device.id].alerts == 0


def test_related_names_the_worst(plant: Store) -> None:
    (device,) = plant.devices(DeviceFilter(q="ENG-WS-01"), PageRequest()).items
    found = plant.related([device.id])[device.id]
    assert (found.alerts, found.worst_alert) == (1, "critical")


def test_alerts_come_worst_first(plant: Store) -> None:
    ranks = [alert.severity.rank for alert in plant.each_alert(AlertFilter())]
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) > 2


def test_addresses_sort_by_number(store: Store) -> None:
    from sightglass.model import Interface

    addresses = ["10.0.0.2", "10.0.0.10", "10.0.0.9", "fe80::1", "9.255.0.1"]
    store.apply(
        DeviceUpserted(Device(id=ip, site="s", zone="z", name=ip, interfaces=(Interface("", (ip,)),)))
        for ip in addresses
    )
    found = [device.address for device in store.each_device(DeviceFilter(), "address")]
    assert found == ["9.255.0.1", "10.0.0.2", "10.0.0.9", "10.0.0.10", "fe80::1"]


def test_findings_by_score_and_kev(plant: Store) -> None:
    worst = plant.findings(FindingFilter(kev=True, min_score=9.0), PageRequest())
    assert worst.total == 3
    assert {finding.cve for finding in worst.items} == {"CVE-2099-10002"}
    scores = [finding.score for finding in plant.each_finding(FindingFilter())]
    assert scores[-1] is None


@pytest.mark.parametrize("where", _FILTERS, ids=lambda where: type(where).__name__)
@pytest.mark.parametrize(
    "page",
    [
        PageRequest(sort="nonsense"),
        PageRequest(sort="payload"),
        PageRequest(sort="--name"),
        PageRequest(cursor="!"),
        PageRequest(cursor="bm90IGpzb24"),
        PageRequest(cursor="W10"),
        PageRequest(cursor="x" * 5000),
        PageRequest(cursor="W1tbW1tb" * 500),
    ],
    ids=str,
)
def test_bad_sort_names_and_cursors_are_refused(plant: Store, where: Filter, page: PageRequest) -> None:
    with pytest.raises(BadQueryError):
        _find(plant, where)(where, page)


def test_a_cursor_of_another_order_is_refused(plant: Store) -> None:
    cursor = plant.devices(DeviceFilter(), PageRequest("name", 1)).next
    with pytest.raises(BadQueryError, match="sort"):
        plant.devices(DeviceFilter(), PageRequest("-name", 1, cursor))


def test_a_cursor_with_a_value_of_another_type_is_refused(plant: Store) -> None:
    from sightglass.store.page import Cursor

    for sort, value in (("name", 1), ("bytes", "x"), ("bytes", 2**70)):
        with pytest.raises(BadQueryError):
            plant.devices(DeviceFilter(), PageRequest(sort, 1, Cursor(sort, value, "k").encode()))


def test_grouping_by_an_unknown_field_is_refused(plant: Store) -> None:
    for field in ("payload", "id", "1; DROP TABLE device", ""):
        with pytest.raises(BadQueryError):
            plant.group(DeviceFilter(), field)


def test_every_filter_names_columns_that_its_kind_has() -> None:
    from sightglass.store.conditions import AtLeast, OneOf, Tagged

    wide: tuple[Filter, ...] = (
        DeviceFilter("q", *((("x",),) * 2), (1.0,), *((("x",),) * 5), True, True, True, True),
        ConnectionFilter("q", *((("x",),) * 5), (1,), *((("x",),) * 3)),
        ActivityFilter("q", *((("x",),) * 9)),
        AlertFilter("q", *((("x",),) * 8), True),
        FindingFilter("q", *((("x",),) * 6), True, 1.0),
        ValueFilter("q", *((("x",),) * 5)),
    )
    assert {kind_of(where).name for where in wide} == {kind.name for kind in KINDS}
    for where in wide:
        kind = kind_of(where)
        for condition in where.conditions():
            match condition:
                case OneOf(columns):
                    assert set(columns) <= set(kind.columns)
                case AtLeast(column):
                    assert column in kind.columns
                case Tagged(tag):
                    assert tag in kind.tag_names
                case _:
                    pass


def test_traffic_adds_up_to_the_connections(plant: Store) -> None:
    every = list(plant.each_connection(ConnectionFilter()))
    (whole,) = plant.traffic(ConnectionFilter(), ()).values()
    assert whole.connections == len(every)
    assert whole.bytes == sum(item.bytes for item in every)
    assert whole.first_seen_ns == min(item.first_seen_ns for item in every)
    assert whole.last_seen_ns == max(item.last_seen_ns for item in every)
    parts = plant.traffic(ConnectionFilter(protocol=("modbus", "dns")), ("protocol", "port"))
    assert set(parts) == {("modbus", 502), ("dns", 53)}
    assert parts["dns", 53].packets == sum(item.packets for item in every if item.protocol == "dns")
    assert plant.traffic(ConnectionFilter(protocol=("none",)), ()) == {}


@pytest.mark.parametrize("by", [("payload",), ("client", "bytes"), ("",)])
def test_traffic_by_an_unknown_field_is_refused(plant: Store, by: tuple[str, ...]) -> None:
    with pytest.raises(BadQueryError):
        plant.traffic(ConnectionFilter(), by)
