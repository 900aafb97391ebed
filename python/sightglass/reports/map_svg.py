"""The plant map as a drawing inside a page."""

from __future__ import annotations

from sightglass.reports.markup import esc, short
from sightglass.reports.plant_map import CELL_WIDTH, Node, PlantMap

_BOX_WIDTH = CELL_WIDTH - 22
_BOX_HEIGHT = 58.0


def map_svg(drawn: PlantMap) -> str:
    """Draw lanes, connections and devices; every text is escaped, nothing is loaded from elsewhere."""
    at = {node.device.id: node for node in drawn.nodes}
    lanes = "".join(
        f'<g><rect class="lane{index % 2}" x="0" y="{lane.y:g}" '
        f'width="{drawn.width:g}" height="{lane.height:g}"/>'
        f'<text class="lane-label" x="10" y="{lane.y + 20:g}">{esc(lane.label)}</text></g>'
        for index, lane in enumerate(drawn.lanes)
    )
    edges = "".join(
        f'<line class="{"edge crossing" if edge.crossing else "edge"}" x1="{at[edge.first].x:g}" '
        f'y1="{at[edge.first].y:g}" x2="{at[edge.second].x:g}" y2="{at[edge.second].y:g}">'
        f"<title>{esc(_edge_title(at[edge.first], at[edge.second], edge.protocols))}</title></line>"
        for edge in drawn.edges
    )
    nodes = "".join(_node(node) for node in drawn.nodes)
    return (
        f'<svg class="map" viewBox="0 0 {drawn.width:g} {max(drawn.height, 1):g}" role="img" '
        f'aria-label="Network map in Purdue lanes">{lanes}{edges}{nodes}</svg>'
    )


def _edge_title(first: Node, second: Node, protocols: tuple[str, ...]) -> str:
    return f"{first.device.name} - {second.device.name}: {', '.join(protocols)}"


def _node(node: Node) -> str:
    device = node.device
    left, top = node.x - _BOX_WIDTH / 2, node.y - _BOX_HEIGHT / 2
    classes = [
        "node",
        f"alert-{node.related.worst_alert}" if node.related.worst_alert else "",
        device.kind.value,
    ]
    mark = ""
    if node.related.alerts:
        mark = (
            f'<circle class="badge" cx="{left + _BOX_WIDTH:g}" cy="{top:g}" r="10"/>'
            f'<text class="badge-text" x="{left + _BOX_WIDTH:g}" y="{top + 4:g}">{node.related.alerts}</text>'
        )
    return (
        f'<g class="{" ".join(filter(None, classes))}"><title>{esc(device.name)} ({esc(device.type)}) '
        f"{esc(device.address)}</title>"
        f'<rect x="{left:g}" y="{top:g}" width="{_BOX_WIDTH:g}" height="{_BOX_HEIGHT:g}" rx="7"/>'
        f'<text class="name" x="{node.x:g}" y="{top + 18:g}">{esc(short(device.name, 16))}</text>'
        f'<text x="{node.x:g}" y="{top + 34:g}">{esc(short(device.type, 18))}</text>'
        f'<text x="{node.x:g}" y="{top + 49:g}">{esc(short(device.address, 18))}</text>{mark}</g>'
    )
