import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { renderConsole } from "@/test/fake-api";
import { deviceDetail, summary } from "@/test/samples";

const source = {
  frame: 82,
  capture: "monday.pcapng@3f9a0c1d2b4e",
  time: "2026-01-05T08:00:03.400000000Z",
  path: "",
};
const device = deviceDetail({
  attributes: {
    firmware: [
      { ...source, value: "V2.9.4", protocol: "s7comm", confidence: 95 },
      { ...source, value: "V2.9.2", protocol: "http", confidence: 60, frame: 88 },
    ],
  },
  modules: [
    {
      slot: "slot 3",
      kind: "io",
      name: "",
      vendor: "Siemens",
      model: "DI 32",
      order_number: "6ES7",
      firmware: "V1",
      serial: "",
    },
  ],
});

it("shows every candidate value with its source and frame, and marks disagreement", async () => {
  renderConsole("/devices/d1", { "/devices/d1": device });
  const table = await screen.findByRole("table", { name: "Attributes" });
  const [, first, second] = within(table).getAllByRole("row");
  expect(first).toHaveTextContent(/Shown value:V2\.9\.4.*s7comm.*95.*frame 82/);
  expect(second).toHaveTextContent(/V2\.9\.2differs.*http.*60.*frame 88/);
  expect(screen.getByText("slot 3")).toBeVisible();
});

it("sends only what was changed", async () => {
  const { requests } = renderConsole("/devices/d1", { "/devices/d1": device });
  await userEvent.click(await screen.findByRole("button", { name: "Edit" }));
  const location = await screen.findByRole("textbox", { name: "Location" });
  await userEvent.type(location, "Hall 2");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  const patch = requests.find(({ method }) => method === "PATCH");
  expect(await patch?.json()).toEqual({ location: "Hall 2" });
});

it("offers no editing on results that are open for reading", async () => {
  renderConsole("/devices/d1", { "/devices/d1": device, "/summary": summary({ editable: false }) });
  await screen.findByRole("table", { name: "Attributes" });
  expect(screen.queryByRole("button", { name: "Edit" })).not.toBeInTheDocument();
});

it("folds connections into peers", async () => {
  const connection = {
    id: "c1",
    client: "d2",
    server: "d1",
    client_device: { id: "d2", name: "HMI-1", type: "HMI", address: "10.20.1.201", purdue_level: 2 },
    server_device: null,
    client_address: "10.20.1.201",
    server_address: "10.20.1.11",
    transport: "tcp",
    port: 102,
    protocol: "s7comm",
    recognised_by: "content",
    flows: 1,
    packets: 5,
    bytes: 500,
    last_seen: "2026-01-05T08:00:03.400000000Z",
    evidence: [source],
  };
  renderConsole("/devices/d1?tab=peers", {
    "/devices/d1": device,
    "/devices/d1/connections": {
      items: [connection, { ...connection, id: "c2", port: 80, protocol: "http" }],
      next: null,
      total: 2,
    },
  });
  const table = await screen.findByRole("table", { name: "Talks to" });
  const rows = within(table).getAllByRole("row");
  expect(rows).toHaveLength(2);
  expect(rows[1]).toHaveTextContent(/HMI-1.*L2.*is asked by it.*s7commhttp.*10.*1\.00 kB/);
});

it("lists sensitive acts one by one and asks for the next page by offset", async () => {
  const act = {
    time: source.time,
    category: "control",
    function: "plc_stop",
    protocol: "s7comm",
    client_ip: "10.20.10.21",
  };
  const pages = [
    { kind: "occurrence", columns: [], items: [{ ...act, frame: 4000 }], next: 1, total: 9 },
    { kind: "occurrence", columns: [], items: [{ ...act, frame: 4001 }], next: null, total: 9 },
  ];
  const { requests } = renderConsole("/devices/d1?tab=timeline", {
    "/devices/d1": device,
    "/events": (request: Request) =>
      Response.json(pages[Number(new URL(request.url).searchParams.get("offset"))]),
  });
  const table = await screen.findByRole("table", { name: "Timeline" });
  expect(await within(table).findByText("4,001")).toBeVisible();
  expect(within(table).getAllByText("plc stop")).toHaveLength(2);
  expect(requests.filter(({ url }) => url.includes("/events?"))).toHaveLength(2);
});
