import type { TFunction } from "i18next";
import type { Activity } from "@/api/types";
import { CATEGORY_TONES } from "./categories";
import type { Column } from "./data-table";
import { DeviceRef } from "./device-ref";
import { FrameRef } from "./evidence";
import { formatCount, visibleText, words } from "./format";
import { Protocols, Tag } from "./tag";
import { Time } from "./time";
import { WireText } from "./wire-text";

/** Columns of a list of activities. */
export function activityColumns(t: TFunction): Column<Activity>[] {
  return [
    {
      id: "function",
      header: t("activity.function"),
      sort: "function",
      width: "13rem",
      card: "head",
      cell: (row) => (
        <span>
          <strong>{words(visibleText(row.function))}</strong>{" "}
          {row.code !== null && (
            <span className="faint data">0x{row.code.toString(16).padStart(2, "0")}</span>
          )}
        </span>
      ),
    },
    {
      id: "category",
      header: t("activity.category"),
      sort: "category",
      width: "8.6rem",
      card: "head",
      cell: (row) => <Tag tone={CATEGORY_TONES[row.category] ?? "plain"}>{words(row.category)}</Tag>,
    },
    {
      id: "protocol",
      header: t("traffic.protocol"),
      sort: "protocol",
      width: "6rem",
      cell: (row) => <Protocols names={[row.protocol]} />,
    },
    {
      id: "client",
      header: t("traffic.client"),
      width: "11.6rem",
      cell: (row) => (
        <DeviceRef id={row.client} name={row.client_device?.name ?? ""} address={row.client_address} />
      ),
    },
    {
      id: "server",
      header: t("traffic.server"),
      width: "11.6rem",
      cell: (row) => (
        <DeviceRef id={row.server} name={row.server_device?.name ?? ""} address={row.server_address} />
      ),
    },
    {
      id: "object",
      header: t("activity.object"),
      width: "11rem",
      cell: (row) => <WireText value={[row.address, row.object].filter(Boolean).join(" · ")} data />,
    },
    {
      id: "count",
      header: t("activity.count"),
      sort: "count",
      width: "5.6rem",
      align: "end",
      cell: (row) => formatCount(row.count),
    },
    {
      id: "outcome",
      header: t("activity.outcome"),
      sort: "outcome",
      width: "7rem",
      cell: (row) =>
        row.errors > 0 ? (
          <span title={visibleText(row.last_error)}>
            <Tag tone="medium">{t("activity.errors", { count: row.errors })}</Tag>
          </span>
        ) : (
          words(row.outcome)
        ),
    },
    {
      id: "last_seen",
      header: t("traffic.lastSeen"),
      sort: "last_seen",
      width: "10.6rem",
      card: "none",
      cell: (row) => <Time at={row.last_seen} brief />,
    },
    {
      id: "evidence",
      header: t("evidence.title"),
      width: "12rem",
      card: "none",
      cell: (row) => <FrameRef evidence={row.evidence[0]} />,
    },
  ];
}
