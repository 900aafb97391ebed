const INTEGER = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** A count with thousands separators. */
export function formatCount(value: number): string {
  return INTEGER.format(value);
}

/** A count short enough for a tile: 1234567 becomes 1.2M. */
export function formatShort(value: number): string {
  return value < 10_000 ? INTEGER.format(value) : COMPACT.format(value);
}

/** Bytes in decimal units, three significant digits. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${BYTE_UNITS[unit]}`;
}

/** Split an RFC 3339 time into date and time of day in UTC; nine decimals are cut to three. */
export function splitTime(text: string): { date: string; time: string } | undefined {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?Z$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  const fraction = (match[3] ?? "").slice(0, 4);
  return { date: match[1], time: match[2] + fraction };
}

/** Length of a span of time in words: 93 s becomes "1 min 33 s". Empty when either end is missing or odd. */
export function formatSpan(first: string | null | undefined, last: string | null | undefined): string {
  if (!first || !last) return "";
  const ms = Date.parse(last) - Date.parse(first);
  if (!Number.isFinite(ms) || ms < 0) return "";
  const seconds = ms / 1000;
  if (seconds < 1) return `${Math.round(ms)} ms`;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const whole = Math.round(seconds);
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), "d"],
    [Math.floor(whole / 3600) % 24, "h"],
    [Math.floor(whole / 60) % 60, "min"],
    [whole % 60, "s"],
  ];
  const from = parts.findIndex(([n]) => n > 0);
  return parts
    .slice(from, from + 2)
    .filter(([n]) => n > 0)
    .map(([n, unit]) => `${n} ${unit}`)
    .join(" ");
}

/** snake_case from the data as words: `program_download` becomes "program download". */
export function words(text: string): string {
  return text.replaceAll("_", " ");
}

/** Bidirectional controls, zero-width marks and control characters that could disguise a text. */
const DISGUISE = /[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/**
 * Text from the wire made safe to read: characters that reorder or hide text become
 * visible escapes such as `\u202e`. HTML needs nothing here, because React never parses it.
 */
export function visibleText(text: string): string {
  return text.replace(DISGUISE, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
