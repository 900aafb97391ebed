import { Link } from "@tanstack/react-router";
import type { TFunction } from "i18next";
import type { AlertSummary } from "@/api/types";
import classes from "./alert-columns.module.css";
import { AlertStatusTag } from "./alert-status";
import type { Column } from "./data-table";
import { DeviceRef } from "./device-ref";
import { formatCount, visibleText, words } from "./format";
import { Severity } from "./severity";
import { Protocols } from "./tag";
import { Time } from "./time";

/** Columns of an alert list; the list of all alerts and a device's own use the same. */
export function alertColumns(t: TFunction): Column<AlertSummary>[] {
  return [
    {
      id: "severity",
      header: t("alert.severity"),
      sort: "severity",
      width: "6.7rem",
      card: "head",
      cell: (row) => <Severity value={row.severity} />,
    },
    {
      id: "status",
      header: t("alert.status"),
      sort: "status",
      width: "6.2rem",
      card: "head",
      cell: (row) => <AlertStatusTag status={row.status} />,
    },
    {
      id: "title",
      header: t("alert.title"),
      sort: "title",
      width: "18.5rem",
      card: "head",
      cell: (row) => (
        <Link
          to="/alerts/$alertId"
          params={{ alertId: row.id }}
          className={classes.title}
          title={visibleText(row.summary)}
        >
          <bdi>{visibleText(row.title)}</bdi>
        </Link>
      ),
    },
    {
      id: "source",
      header: t("alert.source"),
      width: "11rem",
      cell: (row) => <DeviceRef id={row.source} name={row.source_name} address={row.source_address} />,
    },
    {
      id: "destination",
      header: t("alert.destination"),
      width: "11rem",
      cell: (row) => (
        <DeviceRef id={row.destination} name={row.destination_name} address={row.destination_address} />
      ),
    },
    {
      id: "protocol",
      header: t("alert.protocol"),
      width: "5.4rem",
      cell: (row) => <Protocols names={row.protocol ? [row.protocol] : []} />,
    },
    {
      id: "engine",
      header: t("alert.engine"),
      sort: "engine",
      width: "9.5rem",
      cell: (row) => t(`engine.${row.engine}`),
    },
    {
      id: "count",
      header: t("alert.count"),
      sort: "count",
      width: "4.2rem",
      align: "end",
      cell: (row) => formatCount(row.count),
    },
    {
      id: "first_seen",
      header: t("alert.firstSeen"),
      sort: "first_seen",
      width: "10.6rem",
      card: "none",
      cell: (row) => <Time at={row.first_seen} brief />,
    },
    {
      id: "last_seen",
      header: t("alert.lastSeen"),
      sort: "last_seen",
      width: "10.6rem",
      cell: (row) => <Time at={row.last_seen} brief />,
    },
    {
      id: "attack",
      header: t("alert.attack"),
      width: "9rem",
      card: "none",
      cell: (row) => <span className="data">{row.attack.join(" ")}</span>,
    },
    {
      id: "detection",
      header: t("alert.detection"),
      width: "14rem",
      card: "none",
      cell: (row) => <span className="data">{words(row.detection)}</span>,
    },
  ];
}
