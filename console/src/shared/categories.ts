import type { TagTone } from "./tag";

/** Categories of activity that change the process or its program, by how much that matters. */
export const CATEGORY_TONES: Record<string, TagTone> = {
  write: "medium",
  control: "high",
  program_download: "high",
  program_upload: "medium",
  firmware_update: "high",
  configuration: "medium",
};
