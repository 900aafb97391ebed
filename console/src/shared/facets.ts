import type { FacetOption } from "./filter-bar";
import { visibleText } from "./format";

/** Counts per value of one field, as the API gives them. */
export type Counts = readonly { value: string | number; count: number }[];

/** How the API writes a Purdue level that is not known. */
const NOT_KNOWN = "-1";

export interface FacetNames {
  /** Words for a value. */
  label?: (value: string) => string;
  /** Words for the value that stands for "not known". */
  none?: string;
}

/** Options of a facet, most frequent first; an empty value is left out unless it has words. */
export function facetOptions(counts: Counts | undefined, names: FacetNames = {}): FacetOption[] {
  return (counts ?? [])
    .filter(({ value }) => value !== "")
    .map(({ value: raw, count }) => ({ value: String(raw), count }))
    .map(({ value, count }) => ({
      value,
      count,
      label:
        value === NOT_KNOWN && names.none !== undefined
          ? names.none
          : (names.label?.(value) ?? visibleText(value)),
    }));
}
