import { splitTime } from "./format";

export interface TimeProps {
  at: string | null | undefined;
  withDate?: boolean;
  /** Whole seconds, for lists. */
  brief?: boolean;
}

/** A packet time in UTC; the full precision is in the title. */
export function Time({ at, withDate = true, brief = false }: TimeProps) {
  if (!at) return <span className="faint">–</span>;
  const parts = splitTime(at);
  if (!parts) return <time>{at}</time>;
  return (
    <time dateTime={at} title={at}>
      {withDate && <span className="soft nowrap">{parts.date}</span>}{" "}
      <span className="nowrap">{brief ? parts.time.slice(0, 8) : parts.time}</span>
    </time>
  );
}
