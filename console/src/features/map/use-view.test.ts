import { expect, it } from "vitest";
import { fitView, revealed, zoomAt } from "./use-view";

it("fits a large drawing and centres it", () => {
  expect(fitView({ width: 2000, height: 1000 }, { width: 1000, height: 1000 })).toEqual({
    k: 0.5,
    x: 0,
    y: 250,
  });
});

it("does not blow up a small drawing", () => {
  expect(fitView({ width: 100, height: 100 }, { width: 1000, height: 500 }).k).toBe(1);
});

it("keeps the point under the pointer where it is", () => {
  const before = { k: 1, x: 10, y: 20 };
  const after = zoomAt(before, 2, 300, 200);
  const point = (view: typeof before) => ({ x: (300 - view.x) / view.k, y: (200 - view.y) / view.k });
  expect(after.k).toBe(2);
  expect(point(after)).toEqual(point(before));
});

it("stops at its limits", () => {
  expect(zoomAt({ k: 1, x: 0, y: 0 }, 1000, 0, 0).k).toBe(4);
  expect(zoomAt({ k: 1, x: 0, y: 0 }, 1e-9, 0, 0).k).toBe(0.05);
});

it("moves as little as needed to bring a device out from behind the panel", () => {
  const view = { k: 1, x: 0, y: 0 };
  const frame = { width: 1000, height: 600 };
  expect(revealed(view, { x: 500, y: 300 }, frame, 350)).toEqual(view);
  expect(revealed(view, { x: 900, y: 300 }, frame, 350)).toEqual({ k: 1, x: -284, y: 0 });
  expect(revealed(view, { x: 10, y: 590 }, frame, 0)).toEqual({ k: 1, x: 24, y: -24 });
});
