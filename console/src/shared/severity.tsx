import { useTranslation } from "react-i18next";
import classes from "./severity.module.css";

/** Alarm priorities, worst first. Each has its own outline, as on operator displays. */
export const SEVERITIES = ["critical", "high", "medium", "low", "info"] as const;
export type SeverityLevel = (typeof SEVERITIES)[number];

const SHAPES: Record<SeverityLevel, string> = {
  critical: "M2 2h12v12H2z",
  high: "M8 1.5 15 14H1z",
  medium: "M1 2h14L8 14.5z",
  low: "M8 1.8A6.2 6.2 0 1 0 8 14.2 6.2 6.2 0 1 0 8 1.8z",
  info: "M8 2.5A5.5 5.5 0 1 0 8 13.5 5.5 5.5 0 1 0 8 2.5z",
};

/** Names other scales use for the same priorities. */
const ALIASES: Record<string, SeverityLevel> = {
  major: "high",
  minor: "medium",
  warning: "low",
  informational: "info",
  none: "info",
  unknown: "info",
};

/** The priority a severity word stands for; unknown words are shown as information. */
export function severityLevel(word: string | null | undefined): SeverityLevel {
  const lower = (word ?? "").toLowerCase();
  const known = SEVERITIES.find((level) => level === lower);
  return known ?? ALIASES[lower] ?? "info";
}

/** The alarm glyph alone: shape and colour. Decorative, so put the word beside it. */
export function SeverityGlyph({ level, size = 14 }: { level: SeverityLevel; size?: number }) {
  return (
    <svg viewBox="0 0 16 16" width={size} height={size} aria-hidden="true" className={classes[level]}>
      <path d={SHAPES[level]} className={level === "info" ? classes.hollow : classes.solid} />
    </svg>
  );
}

/** Severity as glyph and word. */
export function Severity({ value }: { value: string | null | undefined }) {
  const { t } = useTranslation();
  const level = severityLevel(value);
  return (
    <span className={`${classes.severity} ${classes[level]}`}>
      <SeverityGlyph level={level} />
      <span>{t(`severity.${level}`)}</span>
    </span>
  );
}
