import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { pageOf, renderConsole } from "@/test/fake-api";
import { finding } from "@/test/samples";

it("shows how sure a match is, and why, when a finding is opened", async () => {
  const { router } = renderConsole("/vulnerabilities", { "/findings": pageOf(finding()) });
  const table = await screen.findByRole("table", { name: "Vulnerabilities" });
  expect(within(table).getByText("Probable")).toBeVisible();
  expect(within(table).getByText("Known exploited")).toBeVisible();
  expect(within(table).getByText("42%")).toBeVisible();
  await userEvent.click(within(table).getByRole("button", { name: "CVE-2099-10001" }));
  const dialog = await screen.findByRole("dialog");
  expect(dialog).toHaveTextContent("S7-1500, version not known");
  expect(dialog).toHaveTextContent("V3.0");
  expect(router.state.location.search).toEqual({ open: "f1" });
});

it("says that nothing is known rather than that all is well", async () => {
  renderConsole("/vulnerabilities");
  expect(await screen.findByText("No known vulnerabilities")).toBeVisible();
  expect(screen.getByText(/--advisories/)).toBeVisible();
});
