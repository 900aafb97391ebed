import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { Severity, severityLevel } from "./severity";

it("says the severity in a word beside its mark", () => {
  const { container } = render(<Severity value="critical" />);
  expect(screen.getByText("Critical")).toBeVisible();
  expect(container.querySelector("svg")).toHaveAttribute("aria-hidden", "true");
});

it.each([
  ["informational", "info"],
  ["MAJOR", "high"],
  ["warning", "low"],
  ["", "info"],
  ["frobnicated", "info"],
])("reads %s as %s", (word, level) => expect(severityLevel(word)).toBe(level));
