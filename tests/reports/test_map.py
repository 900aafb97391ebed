"""The map: stable, complete, readable."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sightglass.model import Connection, Device, DeviceKind
from sightglass.model.changes import ConnectionUpserted
from sightglass.reports.plant_map import CELL_HEIGHT, CELL_WIDTH, EDGE_KEYS, Edge, PlantMap, build_map
from sightglass.store import ConnectionFilter, Related, Traffic
from sightglass.store.conditions import Scalar
from sightglass.store.memory import MemoryStore
from tests.fixtures.sample_plant import devices
from tests.fixtures.sample_traffic import connections


def _traffic(links: list[Connection]) -> Mapping[tuple[Scalar, ...], Traffic]:
    store = MemoryStore()
    store.apply(map(ConnectionUpserted, links))
    return store.traffic(ConnectionFilter(), EDGE_KEYS)


def _sample() -> PlantMap:
    plant = devices()
    return build_map(plant, _traffic(connections(plant)), {})


def test_order_of_input_does_not_move_anything() -> None:
    plant = devices()
    links = connections(plant)
    for seed in range(3):
        chance = random.Random(seed)
        chance.shuffle(plant)
        chance.shuffle(links)
        assert build_map(plant, _traffic(links), {}) == _sample()


def test_every_device_has_its_own_place_in_its_lane() -> None:
    drawn = _sample()
    assert len(drawn.nodes) == len(devices())
    for one, other in combinations(drawn.nodes, 2):
        assert abs(one.x - other.x) >= CELL_WIDTH - 1 or abs(one.y - other.y) >= CELL_HEIGHT - 1
    for node in drawn.nodes:
        lane = drawn.lanes[node.lane]
        assert lane.y < node.y < lane.y + lane.height
        assert 0 < node.x < drawn.width
        if node.device.kind is DeviceKind.DEVICE:
            assert lane.level == node.device.purdue_level


def test_lanes_go_from_outside_to_the_process() -> None:
    names = [lane.name for lane in _sample().lanes]
    assert names == ["outside", "5", "4", "3.5", "3", "2", "1", "0", "unknown"]
    ends = [lane.y + lane.height for lane in _sample().lanes]
    assert ends[-1] == _sample().height
    assert [lane.y for lane in _sample().lanes][1:] == ends[:-1]


def _pair(one: float | None, other: float | None) -> Edge:
    first = Device("a", "s", "z", "a", purdue_level=one)
    second = Device("b", "s", "z", "b", purdue_level=other)
    link = Connection(first.id, second.id, "1", "2", "tcp", 1, "p", None, 1, 10, 5, 9)
    (edge,) = build_map([first, second], _traffic([link]), {}).edges
    return edge


@pytest.mark.parametrize(
    ("one", "other", "crossing"),
    [
        (4, 1, True),
        (5, 0, True),
        (3, 4, True),
        (3, 1, False),
        (2, 0, False),
        (4, 3.5, False),
        (None, 5, False),
    ],
)
def test_what_goes_past_the_dmz_is_marked(one: float | None, other: float | None, *, crossing: bool) -> None:
    assert _pair(one, other).crossing is crossing
    assert _pair(other, one).crossing is crossing


def test_connections_of_a_pair_are_one_edge() -> None:
    plant = [Device(name, "s", "z", name, purdue_level=1.0) for name in "ab"]
    link = Connection("a", "b", "1", "2", "tcp", 502, "modbus", None, 3, 10, 5, 9, recognised_by="content")
    links = [
        link,
        replace(link, protocol="", port=9, recognised_by="", first_seen_ns=2),
        replace(link, client="b", server="a", protocol="http", last_seen_ns=20),
        replace(link, server="stranger"),
        replace(link, server="a"),
    ]
    (edge,) = build_map(plant, _traffic(links), {}).edges
    assert (edge.packets, edge.bytes, edge.connections) == (9, 30, 3)
    assert edge.protocols == ("http", "modbus", "tcp")
    assert (edge.direction, edge.guessed) == ("both", False)
    assert (edge.first_seen_ns, edge.last_seen_ns) == (2, 20)
    (one_way,) = build_map(plant, _traffic([replace(link, client="b", server="a")]), {}).edges
    assert one_way.direction == "backward"


def test_too_many_devices_leave_the_notable_ones() -> None:
    plant = [Device(f"{n:04d}", "s", "z", str(n), bytes=n) for n in range(50)]
    plant[3] = replace(plant[3], important=True)
    drawn = build_map(plant, {}, {"0007": Related(alerts=1, worst_alert="low")}, max_nodes=5)
    assert {node.device.id for node in drawn.nodes} == {"0007", "0003", "0049", "0048", "0047"}
    assert drawn.hidden_nodes == 45


def test_nothing_gives_an_empty_map() -> None:
    drawn = build_map([], {}, {})
    assert (drawn.nodes, drawn.edges, drawn.lanes, drawn.height) == ((), (), (), 0.0)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=60), st.integers(1, 31))
def test_any_plant_is_laid_out_without_overlap(pairs: list[tuple[int, int]], count: int) -> None:
    levels = (None, 0.0, 1.0, 2.0, 3.0, 3.5, 4.0, 5.0, 7.7)
    plant = [Device(f"{n:02d}", "s", "z", "same", purdue_level=levels[n % 9]) for n in range(count)]
    links = [Connection(f"{a:02d}", f"{b:02d}", "", "", "tcp", 1, "", None, 1, 1, 1, 1) for a, b in pairs]
    drawn = build_map(plant, _traffic(links), {})
    assert len({(node.x, node.y) for node in drawn.nodes}) == count
