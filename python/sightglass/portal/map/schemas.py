"""The map as the API shows it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sightglass.model import rfc3339
from sightglass.portal.shared import Schema
from sightglass.reports.plant_map import Edge, Lane, Node, PlantMap


class MapNode(Schema):
    """A device on the map; `x` and `y` are its centre, the origin is the upper left corner."""

    id: str
    name: str
    type: str
    vendor: str
    address: str
    kind: Literal["device", "external", "referred"]
    purdue_level: float | None
    lane: int = Field(description="Index into `lanes`.")
    site: str
    zone: str
    important: bool
    authorized: bool
    risk: int
    alerts: int = Field(description="Open alerts that name it.")
    worst_alert: str
    findings: int
    worst_finding: str
    x: float
    y: float


class MapEdge(Schema):
    """All connections between two devices."""

    id: str
    first: str = Field(description="Device id.")
    second: str = Field(description="Device id.")
    protocols: list[str]
    packets: int
    bytes: int
    connections: int
    direction: Literal["forward", "backward", "both"] = Field(
        description="`forward` when only `first` opens connections, `backward` when only `second` does."
    )
    crossing: bool = Field(
        description="Goes past the DMZ: one end in levels 0 to 3, the other in 4, 5 or outside."
    )
    crosses_zone: bool
    guessed: bool = Field(description="No protocol of it was recognised by content.")
    first_seen: str
    last_seen: str


class MapLane(Schema):
    """A band of the map, top down."""

    name: str
    label: str
    level: float | None
    y: float
    height: float


class MapOut(Schema):
    """The drawing: positions are computed here and stay the same for the same state."""

    nodes: list[MapNode]
    edges: list[MapEdge]
    lanes: list[MapLane]
    width: float
    height: float
    hidden_nodes: int = Field(description="Devices left out because there are too many to draw.")
    hidden_edges: int


def _node(node: Node) -> MapNode:
    device, related = node.device, node.related
    return MapNode(
        id=device.id,
        name=device.name,
        type=device.type,
        vendor=device.vendor,
        address=device.address,
        kind=device.kind.value,
        purdue_level=device.purdue_level,
        lane=node.lane,
        site=device.site,
        zone=device.zone,
        important=device.important,
        authorized=device.authorized,
        risk=device.risk,
        alerts=related.alerts,
        worst_alert=related.worst_alert,
        findings=related.findings,
        worst_finding=related.worst_finding,
        x=node.x,
        y=node.y,
    )


def _edge(edge: Edge) -> MapEdge:
    return MapEdge(
        id=f"{edge.first}-{edge.second}",
        first=edge.first,
        second=edge.second,
        protocols=list(edge.protocols),
        packets=edge.packets,
        bytes=edge.bytes,
        connections=edge.connections,
        direction=edge.direction,
        crossing=edge.crossing,
        crosses_zone=edge.crosses_zone,
        guessed=edge.guessed,
        first_seen=rfc3339(edge.first_seen_ns),
        last_seen=rfc3339(edge.last_seen_ns),
    )


def _lane(lane: Lane) -> MapLane:
    return MapLane(name=lane.name, label=lane.label, level=lane.level, y=lane.y, height=lane.height)


def map_out(drawn: PlantMap) -> MapOut:
    """The drawing as data."""
    return MapOut(
        nodes=[_node(node) for node in drawn.nodes],
        edges=[_edge(edge) for edge in drawn.edges],
        lanes=[_lane(lane) for lane in drawn.lanes],
        width=drawn.width,
        height=drawn.height,
        hidden_nodes=drawn.hidden_nodes,
        hidden_edges=drawn.hidden_edges,
    )
