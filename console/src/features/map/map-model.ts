import type { MapEdge, MapLane, MapNode, PlantMap } from "@/api/types";

/** A horizontal band, in drawing units. */
export interface Lane {
  name: string;
  label: string;
  top: number;
  bottom: number;
}

/** The map in drawing units, where one unit is a CSS pixel at zoom 1. */
export interface Drawing {
  width: number;
  height: number;
  lanes: Lane[];
  place: ReadonlyMap<string, { x: number; y: number }>;
  /** Least distance of neighbours in a row; infinite when no two share one. */
  spacing: number;
}

/** How far the server's drawing may be squeezed or stretched to fill a window without names running together. */
const SQUEEZE_X = 0.62;
const STRETCH_X = 2.6;
const STRETCH_Y = 1.6;

/**
 * Fit the server's drawing to a window: order, lanes and rows are the server's and stay from
 * visit to visit; only the distances follow the window.
 */
export function drawingFor(map: PlantMap, width: number, height: number): Drawing {
  const fillY = height / Math.max(1, map.height);
  const sy = Math.min(STRETCH_Y, Math.max(1, fillY));
  // A drawing higher than the window is shown smaller, which leaves room at its sides: use it.
  const shrink = Math.min(1, fillY);
  const sx = Math.min(STRETCH_X, Math.max(SQUEEZE_X, width / shrink / Math.max(1, map.width)));
  return {
    width: map.width * sx,
    height: map.height * sy,
    lanes: map.lanes.map((lane) => ({
      name: lane.name,
      label: lane.label,
      top: lane.y * sy,
      bottom: (lane.y + lane.height) * sy,
    })),
    place: new Map(map.nodes.map((node) => [node.id, { x: node.x * sx, y: node.y * sy }])),
    spacing: leastSpacing(map.nodes) * sx,
  };
}

function leastSpacing(nodes: readonly MapNode[]): number {
  const rows = new Map<number, number[]>();
  for (const { x, y } of nodes) rows.set(y, [...(rows.get(y) ?? []), x]);
  let least = Number.POSITIVE_INFINITY;
  for (const row of rows.values()) {
    row.sort((a, b) => a - b);
    for (let index = 1; index < row.length; index += 1) {
      least = Math.min(least, (row[index] ?? 0) - (row[index - 1] ?? 0));
    }
  }
  return least;
}

/** Whether an edge passes a border that traffic should pass only in a few places. */
export function isCrossing(edge: MapEdge): boolean {
  return edge.crossing || edge.crosses_zone;
}

export interface MapFilter {
  protocols: readonly string[];
  /** Names of lanes. */
  lanes: readonly string[];
  /** Free text over name, address, type and vendor. */
  text: string;
  crossingsOnly: boolean;
}

/** What remains of the map under a filter: matching edges, their ends, and matching devices. */
export function filterMap(map: PlantMap, filter: MapFilter): { nodes: MapNode[]; edges: MapEdge[] } {
  const words = filter.text.trim().toLowerCase();
  const inLane = (node: MapNode) =>
    filter.lanes.length === 0 || filter.lanes.includes(laneOf(node, map.lanes)?.name ?? "");
  const says = (node: MapNode) =>
    words === "" ||
    [node.name, node.address, node.type, node.vendor].some((part) => part.toLowerCase().includes(words));
  const byId = new Map(map.nodes.map((node) => [node.id, node]));
  const narrowsEdges = filter.protocols.length > 0 || filter.crossingsOnly;

  const edges = map.edges.filter((edge) => {
    const from = byId.get(edge.first);
    const to = byId.get(edge.second);
    if (!from || !to) return false;
    if (filter.crossingsOnly && !isCrossing(edge)) return false;
    if (filter.protocols.length > 0 && !edge.protocols.some((name) => filter.protocols.includes(name))) {
      return false;
    }
    // Neighbours of what was searched stay, so that a match is never shown without its context.
    return (says(from) || says(to)) && inLane(from) && inLane(to);
  });
  const ends = new Set(edges.flatMap((edge) => [edge.first, edge.second]));
  const nodes = map.nodes.filter(
    (node) => inLane(node) && (ends.has(node.id) || (says(node) && !narrowsEdges)),
  );
  return { nodes, edges };
}

/** The lane a device is drawn in. */
export function laneOf(node: MapNode, lanes: readonly MapLane[]): MapLane | undefined {
  return lanes[node.lane];
}

/** A device and everything it talks to; empty without a device. */
export function neighbourhood(id: string | undefined, edges: readonly MapEdge[]): ReadonlySet<string> {
  const found = new Set<string>();
  if (id === undefined) return found;
  found.add(id);
  for (const { first, second } of edges) {
    if (first === id) found.add(second);
    if (second === id) found.add(first);
  }
  return found;
}
