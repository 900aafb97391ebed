import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { renderConsole } from "@/test/fake-api";
import { mapNode, plantMap } from "@/test/samples";

it("selects a device with the keyboard and shows whom it talks to", async () => {
  const { router } = renderConsole("/map");
  const device = await screen.findByRole("button", { name: /HMI-1, HMI/ });
  device.focus();
  await userEvent.keyboard("{Enter}");
  const panel = await screen.findByRole("complementary", { name: "Selected device" });
  expect(within(panel).getByText("Talks to 2 devices")).toBeVisible();
  expect(router.state.location.search).toEqual({ device: "d2" });
  await userEvent.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("complementary")).not.toBeInTheDocument());
});

it("shows the same links as a list", async () => {
  renderConsole("/map?view=list");
  const table = await screen.findByRole("table", { name: "Links" });
  expect(within(table).getAllByRole("row")).toHaveLength(3);
  expect(within(table).getByText("crosses zones")).toBeVisible();
});

it("draws a large plant in SVG when there is no WebGL", async () => {
  const nodes = Array.from({ length: 320 }, (_, index) =>
    mapNode({
      id: `n${index}`,
      name: `PLC-${index}`,
      x: (index % 40) * 150,
      y: 250 + Math.floor(index / 40) * 96,
    }),
  );
  renderConsole("/map", { "/map": plantMap({ nodes, edges: [], width: 6000, height: 1200 }) });
  expect(await screen.findByRole("button", { name: /PLC-319,/ })).toBeInTheDocument();
});

it("says how much a too large map leaves out", async () => {
  renderConsole("/map", { "/map": plantMap({ hidden_nodes: 3000, hidden_edges: 12 }) });
  expect(await screen.findByText(/3,000 devices and 12 links are left out/)).toBeVisible();
});
