import { z } from "zod";
import { choice, flag, text } from "@/shared/search-params";

/** The state of the list of findings, as it stands in the URL. */
export const findingSearch = z.object({
  q: text,
  severity: choice,
  confidence: choice,
  kev: flag,
  device: choice,
  cve: choice,
  sort: text,
  /** Id of the finding whose details are open. */
  open: text,
});

export type FindingSearch = z.infer<typeof findingSearch>;

/** Whether anything but the order and the opened row is set. */
export function isFiltered(search: FindingSearch): boolean {
  return Object.entries(search).some(
    ([key, value]) => key !== "sort" && key !== "open" && value !== undefined,
  );
}
