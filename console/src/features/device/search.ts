import { z } from "zod";
import { text } from "@/shared/search-params";

/** Views of the device page. */
export const TABS = ["identity", "peers", "activities", "timeline", "alerts", "findings", "values"] as const;
export type DeviceTab = (typeof TABS)[number];

/** The state of the device page, as it stands in the URL. */
export const devicePageSearch = z.object({
  tab: z.enum(TABS).optional().catch(undefined),
  sort: text,
  open: text,
});

export type DevicePageSearch = z.infer<typeof devicePageSearch>;
