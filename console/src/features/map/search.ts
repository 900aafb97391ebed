import { z } from "zod";
import { choice, flag, text } from "@/shared/search-params";

/** The state of the map, as it stands in the URL. */
export const mapSearch = z.object({
  q: text,
  protocol: choice,
  level: choice,
  crossings: flag,
  device: text,
  view: z.enum(["map", "list"]).optional().catch(undefined),
});

export type MapSearch = z.infer<typeof mapSearch>;
