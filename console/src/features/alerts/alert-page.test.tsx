import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { pageOf, problem, renderConsole } from "@/test/fake-api";
import { alertDetail, alertSummary, summary } from "@/test/samples";

it("explains an alert with its frames and steps", async () => {
  renderConsole("/alerts/a1", { "/alerts/a1": alertDetail() });
  expect(await screen.findByRole("heading", { name: "Controller ordered to stop" })).toBeVisible();
  expect(screen.getByText("A stopped controller no longer runs the process.")).toBeVisible();
  expect(screen.getByText("4,000")).toBeVisible();
  expect(screen.getByText("Start the controller when it is safe.")).toBeVisible();
  expect(screen.getByRole("link", { name: "ENG-WS-01" })).toHaveAttribute("href", "/devices/d2");
});

it("offers the packets where there are some", async () => {
  const { unmount } = renderConsole("/alerts/a1", { "/alerts/a1": alertDetail({ packets_bytes: 2048 }) });
  expect(await screen.findByRole("link", { name: /Packets/ })).toHaveAttribute(
    "href",
    "/api/v1/alerts/a1/packets",
  );
  unmount();
  renderConsole("/alerts/a1", { "/alerts/a1": alertDetail() });
  expect(await screen.findByRole("heading", { name: "Controller ordered to stop" })).toBeVisible();
  expect(screen.queryByRole("link", { name: /Packets/ })).not.toBeInTheDocument();
});

it("sends a verdict with its comment", async () => {
  const { requests } = renderConsole("/alerts/a1", {
    "/alerts/a1": (request: Request) =>
      Response.json(alertDetail({ status: request.method === "PATCH" ? "active" : "new" })),
  });
  await userEvent.type(await screen.findByRole("textbox", { name: "Comment" }), "Looking into it");
  await userEvent.click(screen.getByRole("button", { name: "Acknowledge" }));
  await waitFor(() => expect(screen.queryByRole("button", { name: "Acknowledge" })).not.toBeInTheDocument());
  const patch = requests.find(({ method }) => method === "PATCH");
  expect(await patch?.json()).toEqual({ status: "active", comment: "Looking into it" });
});

it("offers to learn only what can be learned", async () => {
  const { unmount } = renderConsole("/alerts/a1", { "/alerts/a1": alertDetail() });
  await screen.findByRole("button", { name: "Close" });
  expect(screen.queryByRole("button", { name: "Learn" })).not.toBeInTheDocument();
  unmount();
  renderConsole("/alerts/a1", { "/alerts/a1": alertDetail({ learnable: true }) });
  expect(await screen.findByRole("button", { name: "Learn" })).toBeVisible();
});

it("says why a verdict was refused", async () => {
  renderConsole("/alerts/a1", {
    "/alerts/a1": (request: Request) =>
      request.method === "PATCH" ? problem(403, "Open for reading only.") : Response.json(alertDetail()),
  });
  await userEvent.click(await screen.findByRole("button", { name: "Close" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("Open for reading only.");
});

it("takes no verdicts on results that are open for reading", async () => {
  renderConsole("/alerts/a1", { "/alerts/a1": alertDetail(), "/summary": summary({ editable: false }) });
  expect(await screen.findByText(/open for reading/)).toBeVisible();
  expect(screen.queryByRole("button", { name: "Close" })).not.toBeInTheDocument();
});

it("lists alerts with the filters of the address and drops values the API does not know", async () => {
  const { requests } = renderConsole("/alerts?severity=critical&severity=apocalyptic&status=new", {
    "/alerts": pageOf(alertSummary()),
  });
  const table = await screen.findByRole("table", { name: "Alerts" });
  expect(within(table).getByText("Critical")).toBeVisible();
  const url = requests.map((request) => request.url).find((text) => text.includes("/alerts?"));
  expect(new URL(url ?? "").searchParams.getAll("severity")).toEqual(["critical"]);
});

it("says that an alert does not exist", async () => {
  renderConsole("/alerts/none", { "/alerts/none": () => problem(404, "No alert none.") });
  expect(await screen.findByRole("alert")).toHaveTextContent("No alert none.");
});
