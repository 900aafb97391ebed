import { z } from "zod";

// Without this the schemas try to compile themselves, which the content security policy forbids.
z.config({ jitless: true });

/** The URL's query as plain text: repeated keys become lists, nothing is parsed as JSON. */
export function parseSearch(text: string): Record<string, string | string[]> {
  const found: Record<string, string | string[]> = {};
  for (const [key, value] of new URLSearchParams(text)) {
    const before = found[key];
    if (before === undefined) found[key] = value;
    else found[key] = Array.isArray(before) ? [...before, value] : [before, value];
  }
  return found;
}

/** The opposite of `parseSearch`; empty values are left out, so that a clean page has a clean URL. */
export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null && item !== "") params.append(key, String(item));
    }
  }
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}

/** A multiple choice in the URL: absent, one or several values. */
export const choice = z
  .union([z.array(z.string()), z.string().transform((value) => [value])])
  .optional()
  .catch(undefined);

/** Free text in the URL. */
export const text = z.string().optional().catch(undefined);

/** A yes in the URL; anything but `true` is no. */
export const flag = z
  .literal("true")
  .transform((): true => true)
  .or(z.literal(true))
  .optional()
  .catch(undefined);
