import { memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { MapEdge, MapNode } from "@/api/types";
import { visibleText } from "@/shared/format";
import { deviceIcon, iconPath } from "@/shared/icons";
import { severityLevel } from "@/shared/severity";
import { type Drawing, isCrossing } from "./map-model";
import classes from "./svg-map.module.css";
import type { View } from "./use-view";

export interface SvgMapProps {
  drawing: Drawing;
  view: View;
  nodes: readonly MapNode[];
  edges: readonly MapEdge[];
  selected: string | undefined;
  /** The selected device and all it talks to; empty when nothing is selected. */
  lit: ReadonlySet<string>;
  onSelect: (id: string | undefined) => void;
}

const BOX_PX = 38;
const SCALE = { smallest: 0.4, least: 0.76, most: 1.25 } as const;
/** Room in pixels that a name needs, and that a name with an address below it needs. */
const LABEL_PX = 68;
const FULL_LABEL_ZOOM = 0.8;
/** Width of a letter of a name, about. */
const LETTER_PX = 6.4;

/** The map as SVG: every device is a button, so it works with keyboard and screen reader and without WebGL. */
export function SvgMap({ drawing, view, nodes, edges, selected, lit, onSelect }: SvgMapProps) {
  const { t } = useTranslation();
  const room = drawing.spacing * view.k;
  const roomy = room >= LABEL_PX;
  const letters = Math.min(22, Math.floor(room / LETTER_PX));
  const label = (node: MapNode) =>
    !roomy && !lit.has(node.id) ? "none" : view.k >= FULL_LABEL_ZOOM ? "full" : "name";
  // Boxes keep a readable size when the drawing shrinks, but never so that a row runs together.
  const least = Math.max(SCALE.smallest, Math.min(SCALE.least, room / (BOX_PX * 1.15)));
  const scale = Math.min(SCALE.most, Math.max(least, view.k)) / view.k;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same, handled by the page.
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a drawing.
    <svg
      className={classes.map}
      role="group"
      aria-label={t("map.drawing")}
      onClick={() => onSelect(undefined)}
    >
      <Lanes drawing={drawing} view={view} />
      <g transform={`translate(${view.x} ${view.y}) scale(${view.k})`}>
        <Edges
          edges={edges}
          drawing={drawing}
          selected={selected}
          width={Math.min(1, view.k * 1.3) / view.k}
        />
        {nodes.map((node) => {
          const at = drawing.place.get(node.id);
          if (!at) return null;
          return (
            <Device
              key={node.id}
              node={node}
              x={at.x}
              y={at.y}
              scale={scale}
              label={label(node)}
              letters={lit.has(node.id) ? 22 : letters}
              state={node.id === selected ? "selected" : lit.size === 0 || lit.has(node.id) ? "plain" : "dim"}
              onSelect={onSelect}
            />
          );
        })}
      </g>
    </svg>
  );
}

/** Bands of the Purdue levels, over the whole width however the drawing is moved. */
export function Lanes({ drawing, view }: { drawing: Drawing; view: View }): ReactNode {
  return (
    <g aria-hidden="true">
      {drawing.lanes.map((lane, index) => (
        <rect
          key={lane.name}
          x="0"
          width="100%"
          y={view.y + lane.top * view.k}
          height={(lane.bottom - lane.top) * view.k}
          className={index % 2 === 0 ? classes.laneA : classes.laneB}
        />
      ))}
    </g>
  );
}

interface EdgesProps {
  edges: readonly MapEdge[];
  drawing: Drawing;
  selected: string | undefined;
  width: number;
}

const Edges = memo(function Edges({ edges, drawing, selected, width }: EdgesProps) {
  const state = (edge: MapEdge) =>
    selected === undefined ? "plain" : edge.first === selected || edge.second === selected ? "lit" : "dim";
  return (
    <g aria-hidden="true">
      {edges.map((edge) => {
        const from = drawing.place.get(edge.first);
        const to = drawing.place.get(edge.second);
        if (!from || !to) return null;
        return (
          <path
            key={edge.id}
            d={curve(from, to)}
            className={classes.edge}
            data-crossing={edge.crossing ? "level" : edge.crosses_zone ? "zone" : undefined}
            data-guessed={edge.guessed || undefined}
            data-state={state(edge)}
            strokeWidth={weight(edge) * width}
            strokeDasharray={isCrossing(edge) ? `${6 * width} ${4 * width}` : undefined}
          />
        );
      })}
    </g>
  );
});

/** Line width in pixels at zoom 1: grows with the order of magnitude of the traffic. */
function weight(edge: MapEdge): number {
  return 1 + Math.min(3, Math.log10(Math.max(1, edge.bytes)) / 2.6);
}

/** Between lanes an S-curve; within a lane an arc below the row, so that it does not hide behind devices. */
function curve(from: { x: number; y: number }, to: { x: number; y: number }): string {
  const dy = to.y - from.y;
  if (Math.abs(dy) < 24) {
    const sag = Math.min(70, 22 + Math.abs(to.x - from.x) * 0.12);
    return `M${from.x} ${from.y}Q${(from.x + to.x) / 2} ${from.y + sag} ${to.x} ${to.y}`;
  }
  return `M${from.x} ${from.y}C${from.x} ${from.y + dy * 0.45} ${to.x} ${to.y - dy * 0.45} ${to.x} ${to.y}`;
}

interface DeviceProps {
  node: MapNode;
  x: number;
  y: number;
  scale: number;
  label: "none" | "name" | "full";
  /** Letters of the name that fit. */
  letters: number;
  state: "selected" | "plain" | "dim";
  onSelect: (id: string) => void;
}

const Device = memo(function Device({ node, x, y, scale, label, letters, state, onSelect }: DeviceProps) {
  const { t } = useTranslation();
  const name = visibleText(node.name || node.address);
  const level = severityLevel(node.worst_alert);
  return (
    // The button is the box alone: its name would otherwise have to repeat shortened texts and counts.
    // biome-ignore lint/a11y/noStaticElementInteractions: a larger target for the pointer; the button is inside.
    <g
      className={classes.device}
      data-state={state}
      data-kind={node.kind}
      transform={`translate(${x} ${y}) scale(${scale})`}
      onClick={(event) => {
        event.stopPropagation();
        onSelect(node.id);
      }}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: SVG has no button element. */}
      <g
        role="button"
        tabIndex={0}
        aria-pressed={state === "selected"}
        aria-label={t("map.node", { name, type: node.type, alerts: node.alerts })}
        className={classes.button}
        onKeyDown={(event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          onSelect(node.id);
        }}
      >
        <rect x={-BOX_PX / 2} y={-BOX_PX / 2} width={BOX_PX} height={BOX_PX} rx="6" className={classes.box} />
        <path
          d={iconPath(deviceIcon(node.type))}
          transform="translate(-11 -11) scale(1.375)"
          className={classes.glyph}
        />
      </g>
      <g aria-hidden="true">
        {node.important && (
          <path d={iconPath("star")} transform="translate(-25 -25) scale(0.8)" className={classes.star} />
        )}
        {node.alerts > 0 && (
          <g transform="translate(19 -19)" data-level={level} className={classes.badge}>
            <rect x="-9" y="-8" width={node.alerts > 9 ? 22 : 18} height="16" rx="3" />
            <text x={node.alerts > 9 ? 2 : 0} y="4">
              {node.alerts > 99 ? "99" : node.alerts}
            </text>
          </g>
        )}
        {label !== "none" && (
          <text y={BOX_PX / 2 + 14} className={classes.label}>
            {clip(name, letters)}
          </text>
        )}
        {label === "full" && node.address !== "" && node.address !== node.name && (
          <text y={BOX_PX / 2 + 27} className={classes.address}>
            {clip(visibleText(node.address), 20)}
          </text>
        )}
      </g>
    </g>
  );
});

function clip(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
