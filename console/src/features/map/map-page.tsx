import { ActionIcon, SegmentedControl, Tooltip } from "@mantine/core";
import { useElementSize, useHotkeys, useMergedRef } from "@mantine/hooks";
import { lazy, Suspense, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { MapEdge, MapNode, PlantMap } from "@/api/types";
import { ClearFilters, Facet, FilterBar, SearchField } from "@/shared/filter-bar";
import { formatCount } from "@/shared/format";
import { Icon, type IconName } from "@/shared/icons";
import { Page } from "@/shared/page";
import { NoMatch, NothingYet } from "@/shared/states";
import { useNarrow } from "@/shared/use-narrow";
import { MapList } from "./map-list";
import { drawingFor, filterMap, isCrossing, laneOf, neighbourhood } from "./map-model";
import classes from "./map-page.module.css";
import type { MapSearch } from "./search";
import { SidePanel } from "./side-panel";
import { Lanes, SvgMap } from "./svg-map";
import svgClasses from "./svg-map.module.css";
import { fitView, useView } from "./use-view";
import { hasWebGl } from "./webgl";

/** Up to here every device is an SVG button; above, WebGL draws dots. */
export const SVG_LIMIT = 300;
/** Width that the side panel covers, with its margin. */
const PANEL_PX = 350;
/** Distance of devices below which names do not fit. */
const NAME_PX = 30;

const SigmaMap = lazy(() => import("./sigma-map").then((module) => ({ default: module.SigmaMap })));

export interface MapPageProps {
  map: PlantMap;
  search: MapSearch;
  onSearch: (search: MapSearch) => void;
}

/** Who talks to whom, in Purdue lanes, with the same content as a list. */
export function MapPage({ map, search, onSearch }: MapPageProps) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const set = (change: Partial<MapSearch>) => onSearch({ ...search, ...change });
  const shown = useMemo(
    () =>
      filterMap(map, {
        protocols: search.protocol ?? [],
        lanes: search.level ?? [],
        text: search.q ?? "",
        crossingsOnly: search.crossings ?? false,
      }),
    [map, search.protocol, search.level, search.q, search.crossings],
  );
  const filtered = Boolean(search.q || search.protocol?.length || search.level?.length || search.crossings);
  const selected = map.nodes.find(({ id }) => id === search.device);
  const lit = useMemo(() => neighbourhood(selected?.id, shown.edges), [selected?.id, shown.edges]);
  useHotkeys([["Escape", () => set({ device: undefined })]]);

  const crossings = map.edges.filter(isCrossing).length;
  const hidden = map.hidden_nodes + map.hidden_edges;
  const clear = () => onSearch({ view: search.view });
  return (
    <Page
      fill
      title={t("nav.map")}
      aside={
        <span>
          {t("map.counts", {
            devices: formatCount(shown.nodes.length),
            links: formatCount(shown.edges.length),
          })}
        </span>
      }
    >
      <FilterBar
        aside={
          <SegmentedControl
            size="xs"
            aria-label={t("map.view")}
            value={search.view ?? "map"}
            onChange={(view) => set({ view: view === "list" ? "list" : undefined })}
            data={[
              { value: "map", label: t("map.asMap") },
              { value: "list", label: t("map.asList") },
            ]}
          />
        }
      >
        <SearchField
          label={t("map.search")}
          value={search.q ?? ""}
          onChange={(q) => set({ q: q || undefined })}
        />
        <Facet
          label={t("device.protocols")}
          options={countValues(map.edges.flatMap((edge) => edge.protocols))}
          selected={search.protocol ?? []}
          onChange={(protocol) => set({ protocol })}
        />
        <Facet
          label={t("device.level")}
          options={map.lanes.map((lane) => ({
            value: lane.name,
            label: lane.label,
            count: map.nodes.filter((node) => laneOf(node, map.lanes) === lane).length,
          }))}
          selected={search.level ?? []}
          onChange={(level) => set({ level })}
        />
        {crossings > 0 && (
          <button
            type="button"
            className={classes.toggle}
            aria-pressed={search.crossings ?? false}
            onClick={() => set({ crossings: search.crossings ? undefined : true })}
          >
            <Icon name="crossing" size={13} />
            {t("map.crossings", { count: crossings })}
          </button>
        )}
        {filtered && <ClearFilters onClear={clear} />}
      </FilterBar>
      {hidden > 0 && (
        <p className="soft">
          {t("map.hidden", { nodes: formatCount(map.hidden_nodes), edges: formatCount(map.hidden_edges) })}
        </p>
      )}
      {shown.nodes.length === 0 ? (
        <div className={classes.stage}>
          {filtered ? (
            <NoMatch onClear={clear} />
          ) : (
            <NothingYet title={t("devices.none")} hint={t("devices.noneHint")} />
          )}
        </div>
      ) : (
        <div className={classes.split}>
          {search.view === "list" ? (
            <MapList nodes={shown.nodes} edges={shown.edges} />
          ) : (
            <Stage
              map={map}
              nodes={shown.nodes}
              edges={shown.edges}
              selected={selected?.id}
              lit={lit}
              narrow={narrow}
              onSelect={(device) => set({ device })}
            />
          )}
          {selected && search.view !== "list" && (
            <SidePanel
              node={selected}
              nodes={map.nodes}
              edges={shown.edges}
              onSelect={(device) => set({ device })}
              onClose={() => set({ device: undefined })}
            />
          )}
        </div>
      )}
    </Page>
  );
}

interface StageProps {
  map: PlantMap;
  nodes: MapNode[];
  edges: MapEdge[];
  selected: string | undefined;
  lit: ReadonlySet<string>;
  narrow: boolean;
  onSelect: (id: string | undefined) => void;
}

/** The drawing with its lanes, zoom buttons and legend. */
function Stage({ map, nodes, edges, selected, lit, narrow, onSelect }: StageProps) {
  const { t } = useTranslation();
  const { ref: measure, width, height } = useElementSize();
  const frame = useRef<HTMLDivElement>(null);
  const ref = useMergedRef(frame, measure);
  const size = useMemo(() => ({ width: width || 1000, height: height || 600 }), [width, height]);
  const drawing = useMemo(() => drawingFor(map, size.width, size.height), [map, size]);
  // On a drawing too large for names the device that the address names would be lost among the others.
  const named = useRef(selected);
  const start =
    named.current !== undefined && fitView(drawing, size).k * drawing.spacing < NAME_PX
      ? drawing.place.get(named.current)
      : undefined;
  const { view, zoomIn, zoomOut, showAll, reveal, drag } = useView(frame, size, drawing, start);
  useEffect(() => {
    const at = selected === undefined ? undefined : drawing.place.get(selected);
    if (at) reveal(at.x, at.y, narrow ? 0 : PANEL_PX);
  }, [selected, drawing, narrow, reveal]);
  const large = nodes.length > SVG_LIMIT && hasWebGl();

  const tool = (icon: IconName, label: string, onClick: () => void) => (
    <Tooltip label={label} position="top">
      <ActionIcon variant="default" size="md" aria-label={label} onClick={onClick}>
        <Icon name={icon} size={14} />
      </ActionIcon>
    </Tooltip>
  );
  return (
    <section
      ref={ref}
      className={classes.stage}
      aria-label={t("map.drawing")}
      data-renderer={large ? "webgl" : "svg"}
      {...drag}
    >
      {large ? (
        <>
          <svg className={svgClasses.map} aria-hidden="true">
            <Lanes drawing={drawing} view={view} />
          </svg>
          <Suspense>
            <SigmaMap
              drawing={drawing}
              view={view}
              width={size.width}
              height={size.height}
              nodes={nodes}
              edges={edges}
              lit={lit}
              onSelect={onSelect}
            />
          </Suspense>
        </>
      ) : (
        <SvgMap
          drawing={drawing}
          view={view}
          nodes={nodes}
          edges={edges}
          selected={selected}
          lit={lit}
          onSelect={onSelect}
        />
      )}
      <ol className={classes.laneNames} aria-hidden="true">
        {drawing.lanes.map((lane) => (
          <li key={lane.name} style={{ top: view.y + lane.top * view.k }}>
            {narrow ? lane.name : lane.label}
          </li>
        ))}
      </ol>
      <div className={classes.foot}>
        <div className={classes.tools}>
          {tool("plus", t("map.zoomIn"), zoomIn)}
          {tool("minus", t("map.zoomOut"), zoomOut)}
          {tool("fit", t("map.fit"), showAll)}
        </div>
        <p className={classes.legend}>
          <span data-line="plain">{t("map.legendLink")}</span>
          <span data-line="zone">{t("map.legendZone")}</span>
          <span data-line="crossing">{t("map.legendCrossing")}</span>
          {large && <span>{t("map.largeHint")}</span>}
        </p>
      </div>
    </section>
  );
}

function countValues(values: string[]) {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || a.value.localeCompare(b.value));
}
