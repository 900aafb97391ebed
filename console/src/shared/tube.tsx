import classes from "./tube.module.css";

export interface TubeProps {
  /** Filled part, 0 to 1. */
  share: number;
  tone?: "fluid" | "critical" | "high" | "medium" | "low" | "faint";
}

/** A gauge tube with its level; decorative, the number stands beside it. */
export function Tube({ share, tone = "fluid" }: TubeProps) {
  const level = Math.max(0, Math.min(1, Number.isFinite(share) ? share : 0));
  return (
    <svg
      viewBox="0 0 100 6"
      preserveAspectRatio="none"
      className={classes.tube}
      aria-hidden="true"
      data-tone={tone}
    >
      <rect width="100" height="6" className={classes.glass} />
      <rect width={level > 0 ? Math.max(1, level * 100) : 0} height="6" className={classes.level} />
    </svg>
  );
}
