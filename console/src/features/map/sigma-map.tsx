import { UndirectedGraph } from "graphology";
import { useEffect, useRef } from "react";
import Sigma from "sigma";
import type { MapEdge, MapNode } from "@/api/types";
import { visibleText } from "@/shared/format";
import { severityLevel } from "@/shared/severity";
import { type Drawing, isCrossing } from "./map-model";
import classes from "./sigma-map.module.css";
import type { View } from "./use-view";

export interface SigmaMapProps {
  drawing: Drawing;
  view: View;
  /** Size of the frame in CSS pixels. */
  width: number;
  height: number;
  nodes: readonly MapNode[];
  edges: readonly MapEdge[];
  lit: ReadonlySet<string>;
  onSelect: (id: string | undefined) => void;
}

/** Radius of a device at zoom 1; dots grow and shrink with the drawing, so that rows never run together. */
const DOT_PX = { plain: 15, alert: 24 } as const;

/** Token values, read from the document so that the canvas follows the colour scheme. */
function palette() {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    node: token("ink-soft"),
    edge: token("line-strong"),
    crossing: token("edge-crossing"),
    accent: token("accent"),
    dim: token("line"),
    label: token("ink"),
    severity: {
      critical: token("critical"),
      high: token("high"),
      medium: token("medium"),
      low: token("low"),
      info: token("info"),
    },
  };
}

/**
 * The map on the graphics card, for plants too large for one SVG element per device.
 * Panning and zooming stay with the page: the camera is set from its view.
 */
export function SigmaMap({ drawing, view, width, height, nodes, edges, lit, onSelect }: SigmaMapProps) {
  const host = useRef<HTMLDivElement>(null);
  const sigma = useRef<Sigma | null>(null);
  const select = useRef(onSelect);
  select.current = onSelect;
  const litNow = useRef(lit);
  litNow.current = lit;

  useEffect(() => {
    if (!host.current) return;
    const colours = palette();
    const graph = new UndirectedGraph();
    for (const node of nodes) {
      const at = drawing.place.get(node.id);
      if (!at) continue;
      graph.addNode(node.id, {
        x: at.x,
        y: -at.y,
        size: node.alerts > 0 ? DOT_PX.alert : DOT_PX.plain,
        color: node.alerts > 0 ? colours.severity[severityLevel(node.worst_alert)] : colours.node,
        label: visibleText(node.name || node.address),
      });
    }
    for (const edge of edges) {
      if (!graph.hasNode(edge.first) || !graph.hasNode(edge.second)) continue;
      graph.mergeEdge(edge.first, edge.second, {
        size: isCrossing(edge) ? 3 : 1.5,
        color: isCrossing(edge) ? colours.crossing : colours.edge,
      });
    }
    const renderer = new Sigma(graph, host.current, {
      allowInvalidContainer: true,
      enableCameraPanning: false,
      enableCameraZooming: false,
      enableCameraRotation: false,
      stagePadding: 0,
      itemSizesReference: "positions",
      zoomToSizeRatioFunction: (ratio) => ratio,
      labelColor: { color: colours.label },
      labelFont: "system-ui, sans-serif",
      labelSize: 11.5,
      labelRenderedSizeThreshold: 7,
      labelDensity: 0.4,
      nodeReducer: (id, data) => {
        const now = litNow.current;
        if (now.size === 0) return data;
        return now.has(id)
          ? { ...data, forceLabel: true, zIndex: 1 }
          : { ...data, color: colours.dim, label: null };
      },
      edgeReducer: (id, data) => {
        const now = litNow.current;
        if (now.size === 0) return data;
        const [from, to] = graph.extremities(id);
        return now.has(from) && now.has(to)
          ? { ...data, color: colours.accent, size: 4 }
          : { ...data, hidden: true };
      },
    });
    // Framing the whole drawing, not the nodes, keeps positions where the lanes are drawn.
    renderer.setCustomBBox({ x: [0, drawing.width], y: [-drawing.height, 0] });
    renderer.refresh();
    renderer.on("clickNode", ({ node }) => select.current(node));
    renderer.on("clickStage", () => select.current(undefined));
    sigma.current = renderer;
    return () => {
      sigma.current = null;
      renderer.kill();
    };
  }, [drawing, nodes, edges]);

  // The camera shows the same part of the drawing as the page's view; both count in CSS pixels.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new renderer (nodes, edges) needs its camera set too.
  useEffect(() => {
    const renderer = sigma.current;
    if (!renderer || width === 0 || height === 0) return;
    const camera = renderer.getCamera();
    const { ratio } = camera.getState();
    const pxPerUnit = renderer.graphToViewport({ x: 1, y: 0 }).x - renderer.graphToViewport({ x: 0, y: 0 }).x;
    const span = Math.max(drawing.width, drawing.height);
    const centre = { x: (width / 2 - view.x) / view.k, y: (height / 2 - view.y) / view.k };
    // A camera that the mouse may not move ignores its owner too.
    camera.enabledPanning = true;
    camera.enabledZooming = true;
    camera.setState({
      x: 0.5 + (centre.x - drawing.width / 2) / span,
      y: 0.5 - (centre.y - drawing.height / 2) / span,
      ratio: (ratio * pxPerUnit) / view.k,
      angle: 0,
    });
    camera.enabledPanning = false;
    camera.enabledZooming = false;
  }, [view, width, height, drawing, nodes, edges]);

  useEffect(() => {
    // Sigma does not know of the set that its reducers read; a new one asks for a redraw.
    if (lit) sigma.current?.refresh({ skipIndexation: true });
  }, [lit]);

  return <div ref={host} className={classes.host} aria-hidden="true" />;
}
