import { useTranslation } from "react-i18next";
import classes from "./confidence.module.css";

/** How sure a claim is, 1 to 100: five marks and the number. */
export function Confidence({ value }: { value: number | null | undefined }) {
  const { t } = useTranslation();
  if (value === null || value === undefined) return <span className="faint">–</span>;
  const filled = Math.max(1, Math.min(5, Math.ceil(value / 20)));
  return (
    <span className={classes.confidence} title={t("confidence.of100", { value })}>
      <svg viewBox="0 0 34 12" width="34" height="12" aria-hidden="true">
        {[0, 1, 2, 3, 4].map((step) => (
          <rect
            key={step}
            x={step * 7}
            y={8 - step * 2}
            width="5"
            height={4 + step * 2}
            className={step < filled ? classes.on : classes.off}
          />
        ))}
      </svg>
      <span>{value}</span>
    </span>
  );
}

/** Match levels of a vulnerability finding, surest first. */
const LEVELS = ["confirmed", "probable", "possible"] as const;

/** Confidence level of a finding as word and marks. */
export function MatchLevel({ value }: { value: string }) {
  const { t } = useTranslation();
  const level = LEVELS.find((known) => known === value);
  const filled = level === undefined ? 0 : 3 - LEVELS.indexOf(level);
  return (
    <span className={classes.confidence}>
      <svg viewBox="0 0 30 10" width="30" height="10" aria-hidden="true">
        {[0, 1, 2].map((step) => (
          <circle
            key={step}
            cx={5 + step * 10}
            cy="5"
            r="3.4"
            className={step < filled ? classes.on : classes.ring}
          />
        ))}
      </svg>
      <span>{level === undefined ? value : t(`match.${level}`)}</span>
    </span>
  );
}
