import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { visibleText } from "./format";
import classes from "./tag.module.css";

export type TagTone = "plain" | "accent" | "critical" | "high" | "medium" | "low" | "good";

/** A short mark with a word: a status, a protocol, a flag. */
export function Tag({ children, tone = "plain" }: { children: ReactNode; tone?: TagTone }) {
  return (
    <span className={classes.tag} data-tone={tone}>
      {children}
    </span>
  );
}

/** Short protocol names in a row; what does not fit is counted. */
export function Protocols({ names, most = 4 }: { names: readonly string[]; most?: number }) {
  if (names.length === 0) return <span className="faint">–</span>;
  const rest = names.length - most;
  return (
    <span className={classes.row} title={names.join(", ")}>
      {names.slice(0, most).map((name) => (
        <span key={name} className={classes.protocol}>
          {visibleText(name)}
        </span>
      ))}
      {rest > 0 && <span className="faint">+{rest}</span>}
    </span>
  );
}

/** Purdue level as a small step mark; links to the devices of that level. */
export function PurdueLevel({
  value,
  linked = false,
}: {
  value: number | null | undefined;
  linked?: boolean;
}) {
  if (value === null || value === undefined) return <span className="faint">–</span>;
  const mark = <span className={classes.level}>L{value}</span>;
  if (!linked) return mark;
  return (
    <Link to="/devices" search={{ purdue_level: [String(value)] }}>
      {mark}
    </Link>
  );
}
