"""Network map in Purdue lanes: who is where, who talks with whom, laid out the same way every time."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from sightglass.model import Device, DeviceKind
from sightglass.store import Related, Traffic
from sightglass.store.conditions import Scalar

MAX_NODES = 2000  # above this a drawing says nothing; the rest is counted
MAX_EDGES = 6000  # as MAX_NODES
CELL_WIDTH = 150.0  # of a node with its label, in pixels at zoom 1
CELL_HEIGHT = 96.0
LANE_PADDING = 28.0
_SWEEPS = 6  # of ordering by neighbours; more moves nothing that one could see
_OUTSIDE = 6.0  # lane above the enterprise
_DMZ = 3.5  # between the plant (0 to 3) and the office (4 and 5)
_UNKNOWN = -1.0  # lane below the process

Direction = Literal["forward", "backward", "both"]

_LABELS = {
    _OUTSIDE: "Outside",
    5.0: "Level 5 · Enterprise",
    4.0: "Level 4 · Business planning",
    _DMZ: "Level 3.5 · DMZ",
    3.0: "Level 3 · Site operations",
    2.0: "Level 2 · Supervision",
    1.0: "Level 1 · Control",
    0.0: "Level 0 · Process",
    _UNKNOWN: "Level not known",
}


@dataclass(frozen=True, slots=True)
class Node:
    """A device on the map.

    Attributes:
        lane: Index into `PlantMap.lanes`.
        x: Centre; the map's origin is its upper left corner.
    """

    device: Device
    related: Related
    lane: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Edge:
    """All connections between two devices.

    Attributes:
        first: Device id; the smaller of the two.
        direction: ``forward`` when only `first` asks, ``backward`` when only `second` does, else ``both``.
        crossing: Whether it goes past the DMZ: one end in the plant, the other in the office or outside.
        crosses_zone: Whether its ends are in different zones.
        guessed: Whether all its protocols are guesses by port.
    """

    first: str
    second: str
    protocols: tuple[str, ...]
    packets: int
    bytes: int
    connections: int
    direction: Direction
    crossing: bool
    crosses_zone: bool
    guessed: bool
    first_seen_ns: int
    last_seen_ns: int


@dataclass(frozen=True, slots=True)
class Lane:
    """A band of the map.

    Attributes:
        level: Purdue level; None for the lanes of outside and not known.
    """

    name: str
    label: str
    level: float | None
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class PlantMap:
    """The drawing.

    Attributes:
        hidden_nodes: Devices left out beyond `MAX_NODES`, the least notable ones.
        hidden_edges: Pairs left out beyond `MAX_EDGES`, those with the fewest bytes.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    lanes: tuple[Lane, ...]
    width: float
    height: float
    hidden_nodes: int = 0
    hidden_edges: int = 0


def lane_of(device: Device) -> float:
    """The lane's place: higher is further from the process."""
    if device.kind is DeviceKind.EXTERNAL:
        return _OUTSIDE
    level = device.purdue_level
    return level if level is not None and level in _LABELS else _UNKNOWN


EDGE_KEYS = ("client", "server", "protocol", "transport", "recognised_by")
"""What `Store.traffic` has to keep apart for `build_map`."""


def build_map(
    devices: Iterable[Device],
    traffic: Mapping[tuple[Scalar, ...], Traffic],
    related: Mapping[str, Related],
    max_nodes: int = MAX_NODES,
) -> PlantMap:
    """Lay out devices and draw who talks with whom.

    Args:
        devices: In any order; the drawing depends on the set only.
        traffic: By `EDGE_KEYS`; that with an end that is not among the devices is left out.
        related: Open alerts and findings by device id.
        max_nodes: Devices drawn; what is left out is counted.
    """
    every = sorted(devices, key=lambda device: (_rank(device, related), device.id))
    shown = {device.id: device for device in every[:max_nodes]}
    edges = _fold(traffic, shown)
    kept = sorted(edges, key=lambda edge: (-edge.bytes, edge.first, edge.second))[:MAX_EDGES]
    lanes = _order(shown, kept)
    nodes, bands, width, height = _place(lanes, related)
    return PlantMap(
        nodes=nodes,
        edges=tuple(sorted(kept, key=lambda edge: (edge.first, edge.second))),
        lanes=bands,
        width=width,
        height=height,
        hidden_nodes=len(every) - len(shown),
        hidden_edges=len(edges) - len(kept),
    )


def _rank(device: Device, related: Mapping[str, Related]) -> tuple[bool, bool, bool, int]:
    """What is drawn first when there is too much: real devices, alerts, importance, traffic."""
    found = related.get(device.id, Related())
    return (device.kind is not DeviceKind.DEVICE, not found.alerts, not device.important, -device.bytes)


def _fold(traffic: Mapping[tuple[Scalar, ...], Traffic], shown: Mapping[str, Device]) -> list[Edge]:
    folded: dict[tuple[str, str], Edge] = {}
    protocols: dict[tuple[str, str], set[str]] = defaultdict(set)
    for key, part in traffic.items():
        client, server, protocol, transport, recognised_by = map(str, key)
        if client == server or client not in shown or server not in shown:
            continue
        pair = (min(client, server), max(client, server))
        protocols[pair].add(protocol or transport)
        guessed = recognised_by in {"port", ""}
        edge, known = _edge(part, pair, shown, asks=client, guessed=guessed), folded.get(pair)
        folded[pair] = edge if known is None else _joined(known, edge)
    return [replace(edge, protocols=tuple(sorted(protocols[pair]))) for pair, edge in folded.items()]


def _edge(
    part: Traffic, pair: tuple[str, str], shown: Mapping[str, Device], *, asks: str, guessed: bool
) -> Edge:
    first, second = shown[pair[0]], shown[pair[1]]
    return Edge(
        first=pair[0],
        second=pair[1],
        protocols=(),
        packets=part.packets,
        bytes=part.bytes,
        connections=part.connections,
        direction="forward" if asks == pair[0] else "backward",
        crossing=_crosses(lane_of(first), lane_of(second)),
        crosses_zone=(first.site, first.zone) != (second.site, second.zone),
        guessed=guessed,
        first_seen_ns=part.first_seen_ns,
        last_seen_ns=part.last_seen_ns,
    )


def _joined(one: Edge, other: Edge) -> Edge:
    return replace(
        one,
        packets=one.packets + other.packets,
        bytes=one.bytes + other.bytes,
        connections=one.connections + other.connections,
        direction=one.direction if one.direction == other.direction else "both",
        guessed=one.guessed and other.guessed,
        first_seen_ns=min(one.first_seen_ns, other.first_seen_ns),
        last_seen_ns=max(one.last_seen_ns, other.last_seen_ns),
    )


def _crosses(one: float, other: float) -> bool:
    """Whether a pair goes past the DMZ: one end in the plant, the other in the office or outside."""
    low, high = sorted((one, other))
    return low != _UNKNOWN and low < _DMZ < high


def _order(shown: Mapping[str, Device], edges: Iterable[Edge]) -> dict[float, list[Device]]:
    """Devices of each lane from left to right, so that neighbours stand near each other."""
    lanes: dict[float, list[Device]] = defaultdict(list)
    for device in sorted(shown.values(), key=_by_name):
        lanes[lane_of(device)].append(device)
    neighbours: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        neighbours[edge.first].append(edge.second)
        neighbours[edge.second].append(edge.first)
    for _ in range(_SWEEPS):
        place = {
            device.id: (position + 0.5) / len(lane)
            for lane in lanes.values()
            for position, device in enumerate(lane)
        }
        for lane in lanes.values():
            # Twice its own place keeps lanes from swapping sides in every sweep.
            target = {
                device.id: (2 * place[device.id] + sum(place[other] for other in neighbours[device.id]))
                / (2 + len(neighbours[device.id]))
                for device in lane
            }
            lane.sort(key=lambda device, target=target: (round(target[device.id], 9), _by_name(device)))  # type: ignore[misc]  # bound for the loop
    return lanes


def _by_name(device: Device) -> tuple[str, str, str, str, str]:
    return (device.site, device.zone, device.type, device.name, device.id)


def _place(
    lanes: Mapping[float, list[Device]], related: Mapping[str, Related]
) -> tuple[tuple[Node, ...], tuple[Lane, ...], float, float]:
    total = sum(len(lane) for lane in lanes.values())
    columns = max(8, math.ceil(math.sqrt(total) * 1.6))
    widest = max((min(len(lane), columns) for lane in lanes.values()), default=1)
    width = (widest + 1) * CELL_WIDTH
    nodes: list[Node] = []
    bands: list[Lane] = []
    y = 0.0
    for index, level in enumerate(sorted(lanes, reverse=True)):
        lane = lanes[level]
        rows = math.ceil(len(lane) / columns)
        per_row = math.ceil(len(lane) / rows)
        for position, device in enumerate(lane):
            row, column = divmod(position, per_row)
            in_row = min(per_row, len(lane) - row * per_row)
            x = width / 2 + (column - (in_row - 1) / 2) * CELL_WIDTH
            centre = y + LANE_PADDING + (row + 0.5) * CELL_HEIGHT
            found = related.get(device.id, Related())
            nodes.append(Node(device, found, index, round(x, 1), round(centre, 1)))
        height = rows * CELL_HEIGHT + 2 * LANE_PADDING
        named = {_OUTSIDE: "outside", _UNKNOWN: "unknown"}
        bands.append(
            Lane(named.get(level, f"{level:g}"), _LABELS[level], None if level in named else level, y, height)
        )
        y += height
    return tuple(nodes), tuple(bands), width, y
