import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { renderConsole } from "@/test/fake-api";

const protocol = {
  name: "modbus",
  messages: 48_400,
  flows: 4,
  connections: 11,
  packets: 100,
  bytes: 51_400_000,
  clients: 2,
  servers: 10,
  functions: Array.from({ length: 8 }, (_, index) => ({ name: `function_${index}`, count: 100 - index })),
};

it("counts functions per protocol and shows the rest on demand", async () => {
  renderConsole("/traffic", { "/protocols": { items: [protocol] } });
  expect(await screen.findByText("48.4K messages")).toBeVisible();
  expect(screen.queryByText("function 7")).not.toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "2 more functions" }));
  expect(screen.getByText("function 7")).toBeVisible();
});

it("keeps the view in the address", async () => {
  const { router } = renderConsole("/traffic");
  await userEvent.click(await screen.findByRole("tab", { name: "Not understood" }));
  await waitFor(() => expect(router.state.location.searchStr).toBe("?tab=unknown"));
  const table = await screen.findByRole("table", { name: "Lost, damaged or cut" });
  expect(within(table).getByText("17")).toBeVisible();
});
