/** Key of a Purdue level's name in the translations; dots would split the key. */
const NAMES = {
  "5": "level.name.L5",
  "4": "level.name.L4",
  "3.5": "level.name.L3_5",
  "3": "level.name.L3",
  "2": "level.name.L2",
  "1": "level.name.L1",
  "0": "level.name.L0",
} as const;

/** Translation key for the name of a Purdue level; anything else is a level that is not known. */
export function levelNameKey(level: number) {
  return NAMES[String(level) as keyof typeof NAMES] ?? "level.name.unknown";
}
