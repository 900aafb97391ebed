import { describe, expect, it } from "vitest";
import { mapNode, plantMap } from "@/test/samples";
import { drawingFor, filterMap, neighbourhood } from "./map-model";

const NO_FILTER = { protocols: [], lanes: [], text: "", crossingsOnly: false };
const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

describe("drawingFor", () => {
  it("keeps the order of the server's lanes and of devices in a row", () => {
    const drawing = drawingFor(plantMap(), 1000, 600);
    expect(drawing.lanes.map(({ name }) => name)).toEqual(["2", "1"]);
    expect(drawing.place.get("d1")?.x).toBeLessThan(drawing.place.get("d3")?.x ?? 0);
    expect(drawing.place.get("d2")?.y).toBeLessThan(drawing.lanes[0]?.bottom ?? 0);
  });

  it("fills the width of a window that is wider than the drawing", () => {
    expect(drawingFor(plantMap(), 900, 304).width).toBe(900);
  });

  it("uses the room at the sides when a high drawing is shown smaller", () => {
    const high = plantMap({ height: 1200 });
    expect(drawingFor(high, 450, 600).width).toBe(900);
  });

  it("does not squeeze names into each other on a narrow window", () => {
    const wide = plantMap({ width: 3000 });
    expect(drawingFor(wide, 390, 600).width).toBeGreaterThan(1500);
  });

  it("survives a map without devices", () => {
    const drawing = drawingFor(plantMap({ nodes: [], edges: [], lanes: [], width: 0, height: 0 }), 800, 600);
    expect(drawing.spacing).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("filterMap", () => {
  it("shows everything without a filter", () => {
    expect(ids(filterMap(plantMap(), NO_FILTER).nodes)).toEqual(["d1", "d2", "d3"]);
  });

  it("keeps the neighbours of what was searched", () => {
    const shown = filterMap(plantMap(), { ...NO_FILTER, text: "filler" });
    expect(ids(shown.nodes)).toEqual(["d1", "d2"]);
    expect(ids(shown.edges)).toEqual(["d1-d2"]);
  });

  it("keeps only the ends of a protocol's links", () => {
    const shown = filterMap(plantMap(), { ...NO_FILTER, protocols: ["cip"] });
    expect(ids(shown.nodes)).toEqual(["d2", "d3"]);
  });

  it("keeps only what passes a border", () => {
    expect(ids(filterMap(plantMap(), { ...NO_FILTER, crossingsOnly: true }).edges)).toEqual(["d2-d3"]);
  });

  it("keeps only devices of the chosen lanes", () => {
    const shown = filterMap(plantMap(), { ...NO_FILTER, lanes: ["1"] });
    expect(ids(shown.nodes)).toEqual(["d1", "d3"]);
    expect(shown.edges).toEqual([]);
  });

  it("leaves out edges to devices that are not on the map", () => {
    const map = plantMap({ nodes: [mapNode()] });
    expect(filterMap(map, NO_FILTER).edges).toEqual([]);
  });
});

it("lights a device and everything it talks to", () => {
  expect(neighbourhood("d2", plantMap().edges)).toEqual(new Set(["d2", "d1", "d3"]));
  expect(neighbourhood(undefined, plantMap().edges)).toEqual(new Set());
});
