import { expect, it } from "vitest";
import { parseSearch, stringifySearch } from "@/shared/search-params";
import { deviceSearch } from "./search";

it("keeps a single choice and a multiple choice apart from text", () => {
  const search = deviceSearch.parse(
    parseSearch("?q=10.20&type=PLC&vendor=Siemens&vendor=ABB&has_alerts=true"),
  );
  expect(search).toEqual({ q: "10.20", type: ["PLC"], vendor: ["Siemens", "ABB"], has_alerts: true });
});

it("writes what it read", () => {
  const url = "?q=a+b&vendor=Siemens&vendor=ABB&purdue_level=3.5&important=true";
  expect(stringifySearch(deviceSearch.parse(parseSearch(url)))).toBe(url);
});

it("ignores what it does not understand", () => {
  expect(deviceSearch.parse(parseSearch("?has_alerts=maybe&q=a&q=b&x=1"))).toEqual({});
});

it("leaves empty values out of the address", () => {
  expect(stringifySearch({ q: "", sort: undefined, type: [] })).toBe("");
});
