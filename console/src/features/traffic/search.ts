import { z } from "zod";
import { choice, text } from "@/shared/search-params";

/** Views of the traffic page. */
export const TABS = ["protocols", "connections", "activities", "values", "unknown"] as const;
export type TrafficTab = (typeof TABS)[number];

/** The state of the traffic page, as it stands in the URL. */
export const trafficSearch = z.object({
  tab: z.enum(TABS).optional().catch(undefined),
  q: text,
  protocol: choice,
  category: choice,
  outcome: choice,
  transport: choice,
  sort: text,
});

export type TrafficSearch = z.infer<typeof trafficSearch>;

/** Whether the rows of the current view are narrowed down. */
export function isFiltered(search: TrafficSearch): boolean {
  return Object.entries(search).some(
    ([key, value]) => key !== "sort" && key !== "tab" && value !== undefined,
  );
}
