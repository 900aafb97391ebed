import { splitTime } from "./format";

/** A packet time in UTC; the full precision is in the title. */
export function Time({ at, withDate = true }: { at: string | null | undefined; withDate?: boolean }) {
  if (!at) return <span className="faint">–</span>;
  const parts = splitTime(at);
  if (!parts) return <time>{at}</time>;
  return (
    <time dateTime={at} title={at}>
      {withDate && <span className="soft nowrap">{parts.date} </span>}
      <span className="nowrap">{parts.time}</span>
    </time>
  );
}
