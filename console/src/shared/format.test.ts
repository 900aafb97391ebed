import { describe, expect, it } from "vitest";
import { formatBytes, formatShort, formatSpan, splitTime, visibleText, words } from "./format";

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.00 kB"],
    [15_400_000, "15.4 MB"],
    [148_220_914, "148 MB"],
    [3e15, "3.00 PB"],
  ])("%d is %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

describe("formatSpan", () => {
  const at = (time: string) => `2026-01-05T${time}Z`;
  it.each([
    [at("08:00:00"), at("08:00:00.25"), "250 ms"],
    [at("08:00:00"), at("08:00:03.4"), "3.4 s"],
    [at("08:00:00"), at("08:01:33"), "1 min 33 s"],
    [at("08:00:00"), at("09:00:00"), "1 h"],
    [at("08:00:00"), "2026-01-07T09:30:00Z", "2 d 1 h"],
    [at("09:00:00"), at("08:00:00"), ""],
    [null, at("08:00:00"), ""],
    ["soon", at("08:00:00"), ""],
  ])("from %s to %s is %s", (first, last, text) => expect(formatSpan(first, last)).toBe(text));
});

describe("splitTime", () => {
  it("keeps milliseconds of nine decimals", () =>
    expect(splitTime("2026-01-05T08:00:03.400123456Z")).toEqual({
      date: "2026-01-05",
      time: "08:00:03.400",
    }));
  it("knows nothing of other forms", () => expect(splitTime("05/01/2026")).toBeUndefined());
});

describe("visibleText", () => {
  it("shows characters that reorder text", () => expect(visibleText("PLC\u202egpj")).toBe("PLC\\u202egpj"));
  it("shows terminal escapes and nulls", () => expect(visibleText("a\u001b[31m\0")).toBe("a\\x1b[31m\\x00"));
  it("leaves names of other scripts alone", () => expect(visibleText("Насос 1 – 泵")).toBe("Насос 1 – 泵"));
});

it("shortens large counts only", () => {
  expect(formatShort(9_999)).toBe("9,999");
  expect(formatShort(1_284_113)).toBe("1.3M");
});

it("reads snake_case as words", () => expect(words("program_download")).toBe("program download"));
