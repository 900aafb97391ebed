import type { TFunction } from "i18next";
import type { EventPage } from "@/api/types";
import { CATEGORY_TONES } from "@/shared/categories";
import type { Column } from "@/shared/data-table";
import { formatCount, visibleText, words } from "@/shared/format";
import { Protocols, Tag } from "@/shared/tag";
import { Time } from "@/shared/time";
import { WireText } from "@/shared/wire-text";

/** One event out of history; which columns it has depends on its kind. */
type EventRow = EventPage["items"][number];

/** A column of an event as text; empty when it has none. */
function textOf(row: EventRow, ...names: string[]): string {
  for (const name of names) {
    const value = row[name];
    if (value !== null && value !== undefined && value !== "") return String(value);
  }
  return "";
}

/** What tells one act from all others: its frame, and what was done in it. */
export function eventKey(row: EventRow): string {
  return ["source", "frame", "flow_id", "function", "address", "object", "outcome"]
    .map((name) => textOf(row, name))
    .join("/");
}

/** Single acts of a sensitive category, one row each: who wrote, stopped, loaded or configured what, and when. */
export function timelineColumns(t: TFunction): Column<EventRow>[] {
  return [
    {
      id: "time",
      header: t("evidence.time"),
      width: "12.6rem",
      card: "head",
      cell: (row) => <Time at={textOf(row, "time")} />,
    },
    {
      id: "category",
      header: t("activity.category"),
      width: "7.4rem",
      card: "head",
      cell: (row) => (
        <Tag tone={CATEGORY_TONES[textOf(row, "category")] ?? "plain"}>{words(textOf(row, "category"))}</Tag>
      ),
    },
    {
      id: "function",
      header: t("activity.function"),
      width: "11.5rem",
      cell: (row) => <strong>{words(visibleText(textOf(row, "function")))}</strong>,
    },
    {
      id: "protocol",
      header: t("traffic.protocol"),
      width: "6rem",
      cell: (row) => <Protocols names={[textOf(row, "protocol")].filter(Boolean)} />,
    },
    {
      id: "client",
      header: t("traffic.client"),
      width: "8rem",
      cell: (row) => <WireText value={textOf(row, "client_ip", "client_mac")} data />,
    },
    {
      id: "server",
      header: t("traffic.server"),
      width: "8rem",
      cell: (row) => <WireText value={textOf(row, "server_ip", "server_mac")} data />,
    },
    {
      id: "object",
      header: t("activity.object"),
      width: "11.5rem",
      cell: (row) => (
        <WireText value={[textOf(row, "address"), textOf(row, "object")].filter(Boolean).join(" · ")} data />
      ),
    },
    {
      id: "outcome",
      header: t("activity.outcome"),
      width: "5rem",
      cell: (row) => words(textOf(row, "outcome")),
    },
    {
      id: "frame",
      header: t("evidence.frameHead"),
      width: "4.5rem",
      align: "end",
      cell: (row) => formatCount(Number(textOf(row, "frame"))),
    },
  ];
}
