import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { pageOf, problem, renderConsole } from "@/test/fake-api";
import { finding, summary } from "@/test/samples";

it("answers the four questions", async () => {
  renderConsole("/", { "/findings": pageOf(finding()) });
  for (const name of ["What is there", "What is normal", "What is wrong", "What is weak"]) {
    expect(await screen.findByRole("region", { name })).toBeVisible();
  }
  expect(screen.getByRole("link", { name: /^PLC ?2$/ })).toHaveAttribute("href", "/devices?type=PLC");
  expect(screen.getByRole("link", { name: /^L3\.5 ?DMZ ?1$/ })).toHaveAttribute(
    "href",
    "/devices?purdue_level=3.5",
  );
  expect(screen.getByRole("link", { name: /Controller ordered to stop/ })).toHaveAttribute(
    "href",
    "/alerts/a1",
  );
  expect(await screen.findByText("CVE-2099-10001")).toBeVisible();
});

it("states what was lost, cut and not judged", async () => {
  renderConsole("/", {
    "/unknown": { items: [{ transport: "tcp", port: 4321, guess: "", flows: 2, packets: 9, bytes: 900 }] },
  });
  expect(await screen.findByText("tcp gaps")).toBeVisible();
  expect(screen.queryByText("evicted flows")).not.toBeInTheDocument();
  expect(screen.getByText("cut inside its last packet")).toBeVisible();
  expect(screen.getByText(/1 detection had no baseline/)).toBeVisible();
  expect(await screen.findByText("tcp/4321")).toBeVisible();
});

it("says that a capture without devices is empty", async () => {
  renderConsole("/", { "/summary": summary({ devices: 0, packets: 0 }) });
  expect(await screen.findByText("No devices seen")).toBeVisible();
});

it("says that the session is over when the server refuses it", async () => {
  renderConsole("/", { "/summary": () => problem(401, "Not signed in.") });
  expect(await screen.findByRole("heading", { name: "This session is over" })).toBeVisible();
});
