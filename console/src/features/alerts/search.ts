import { z } from "zod";
import { choice, flag, text } from "@/shared/search-params";

/** The state of the alert list, as it stands in the URL. */
export const alertSearch = z.object({
  q: text,
  severity: choice,
  engine: choice,
  status: choice,
  protocol: choice,
  detection: choice,
  device: choice,
  open: flag,
  sort: text,
});

export type AlertSearch = z.infer<typeof alertSearch>;

/** Whether anything but the order of the list is set. */
export function isFiltered(search: AlertSearch): boolean {
  return Object.entries(search).some(([key, value]) => key !== "sort" && value !== undefined);
}

/** Values the API knows, so that a URL written by hand cannot ask for others. */
export const SEVERITIES = ["critical", "high", "medium", "low", "informational"] as const;
export const ENGINES = [
  "policy_violation",
  "protocol_violation",
  "anomaly",
  "malware",
  "operational",
] as const;
export const STATUSES = ["new", "active", "closed", "learned", "muted"] as const;

/** The filter in the words of the API. */
export function toFilter(search: AlertSearch) {
  return {
    ...search,
    severity: SEVERITIES.filter((value) => search.severity?.includes(value)),
    engine: ENGINES.filter((value) => search.engine?.includes(value)),
    status: STATUSES.filter((value) => search.status?.includes(value)),
  };
}
