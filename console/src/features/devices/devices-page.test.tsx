import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { pageOf, problem, renderConsole } from "@/test/fake-api";
import { deviceSummary } from "@/test/samples";

const facets = {
  type: [{ value: "PLC", count: 2 }],
  vendor: [
    { value: "Siemens", count: 2 },
    { value: "ABB", count: 1 },
  ],
  purdue_level: [
    { value: 1, count: 2 },
    { value: -1, count: 1 },
  ],
  protocol: [],
  role: [],
  site: [],
  zone: [],
  kind: [],
};
const listed = (requests: Request[]) =>
  requests.map(({ url }) => url).filter((url) => /\/devices\?/.test(url));

it("shows devices with a link to each", async () => {
  renderConsole("/devices", { "/devices": pageOf(deviceSummary()) });
  const table = await screen.findByRole("table", { name: "Devices" });
  expect(within(table).getByRole("link", { name: "FILLER-01-PLC" })).toHaveAttribute("href", "/devices/d1");
  expect(within(table).getByText("V2.9.4")).toBeVisible();
});

it("asks the server for what the address says", async () => {
  const { requests } = renderConsole(
    "/devices?vendor=Siemens&vendor=ABB&unauthorized=true&purdue_level=3.5&sort=-risk",
  );
  await waitFor(() => expect(listed(requests)).not.toEqual([]));
  const query = new URL(listed(requests)[0] ?? "").searchParams;
  expect(query.getAll("vendor")).toEqual(["Siemens", "ABB"]);
  expect(query.get("authorized")).toBe("false");
  expect(query.get("purdue_level")).toBe("3.5");
  expect(query.get("sort")).toBe("-risk");
});

it("keeps a chosen filter in the address", async () => {
  const { router } = renderConsole("/devices", {
    "/devices": pageOf(deviceSummary()),
    "/devices/facets": facets,
  });
  await screen.findByRole("table", { name: "Devices" });
  await userEvent.click(within(screen.getByLabelText("Filters")).getByRole("button", { name: "Vendor" }));
  await userEvent.click(await screen.findByRole("checkbox", { name: /ABB/ }));
  await waitFor(() => expect(router.state.location.searchStr).toBe("?vendor=ABB"));
});

it("sorts by a column and turns the order round", async () => {
  const { router } = renderConsole("/devices", { "/devices": pageOf(deviceSummary()) });
  await userEvent.click(await screen.findByRole("button", { name: "Vendor", description: /Sort/ }));
  await waitFor(() => expect(router.state.location.searchStr).toBe("?sort=vendor"));
  expect(screen.getByRole("columnheader", { name: "Vendor" })).toHaveAttribute("aria-sort", "ascending");
  await userEvent.click(screen.getByRole("button", { name: "Vendor", description: /Sort/ }));
  await waitFor(() => expect(router.state.location.searchStr).toBe("?sort=-vendor"));
});

it("tells an empty plant from filters that hide everything", async () => {
  const { unmount } = renderConsole("/devices");
  expect(await screen.findByText("No devices seen")).toBeVisible();
  unmount();
  const { router } = renderConsole("/devices?q=nothing");
  expect(await screen.findByText("Nothing matches these filters")).toBeVisible();
  await userEvent.click(screen.getAllByRole("button", { name: "Clear filters" })[0] as HTMLElement);
  await waitFor(() => expect(router.state.location.searchStr).toBe(""));
});

it("says what failed and tries again", async () => {
  let broken = true;
  renderConsole("/devices", {
    "/devices": () =>
      broken ? problem(500, "The state cannot be read.") : Response.json(pageOf(deviceSummary())),
  });
  expect(await screen.findByRole("alert")).toHaveTextContent("The state cannot be read.");
  broken = false;
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("link", { name: "FILLER-01-PLC" })).toBeVisible();
});

it("draws only the rows in view of a large inventory", async () => {
  const many = Array.from({ length: 3000 }, (_, index) =>
    deviceSummary({ id: `d${index}`, name: `PLC ${index}` }),
  );
  renderConsole("/devices", { "/devices": pageOf(...many) });
  const table = await screen.findByRole("table", { name: "Devices" });
  expect(table).toHaveAttribute("aria-rowcount", "3001");
  expect(within(table).getAllByRole("link").length).toBeLessThan(100);
});

it("shows hostile names as text", async () => {
  const name = '<img src=x onerror="alert(1)">\u202e';
  const { container } = renderConsole("/devices", { "/devices": pageOf(deviceSummary({ name })) });
  expect(await screen.findByText('<img src=x onerror="alert(1)">\\u202e')).toBeVisible();
  expect(container.querySelector("img")).toBeNull();
});

it("links to the same rows as CSV", async () => {
  renderConsole("/devices?type=PLC&has_alerts=true", { "/devices": pageOf(deviceSummary()) });
  expect(await screen.findByRole("link", { name: "CSV" })).toHaveAttribute(
    "href",
    "/api/v1/devices?type=PLC&has_alerts=true&format=csv",
  );
});
