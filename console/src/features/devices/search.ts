import { z } from "zod";
import { choice, flag, text } from "@/shared/search-params";

/** The state of the device list, as it stands in the URL. */
export const deviceSearch = z.object({
  q: text,
  type: choice,
  vendor: choice,
  purdue_level: choice,
  protocol: choice,
  role: choice,
  kind: choice,
  has_alerts: flag,
  has_findings: flag,
  unauthorized: flag,
  important: flag,
  sort: text,
});

export type DeviceSearch = z.infer<typeof deviceSearch>;

/** Whether anything but the order of the list is set. */
export function isFiltered(search: DeviceSearch): boolean {
  return Object.entries(search).some(([key, value]) => key !== "sort" && value !== undefined);
}
