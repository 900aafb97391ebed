import type { TFunction } from "i18next";
import type { Finding } from "@/api/types";
import { MatchLevel } from "./confidence";
import type { Column } from "./data-table";
import { DeviceRef } from "./device-ref";
import classes from "./finding-columns.module.css";
import { Severity } from "./severity";
import { Tag } from "./tag";
import { WireText } from "./wire-text";

const PERCENT = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

/** EPSS: the chance of being exploited within 30 days. */
export function Epss({ value }: { value: number | null }) {
  if (value === null) return <span className="faint">–</span>;
  return <span>{PERCENT.format(value)}</span>;
}

/** Columns of a list of findings; `onOpen` shows the details of one. */
export function findingColumns(t: TFunction, onOpen: (id: string) => void): Column<Finding>[] {
  return [
    {
      id: "cve",
      header: t("finding.id"),
      sort: "cve",
      width: "9rem",
      card: "head",
      cell: (row) => (
        <button type="button" className={classes.open} onClick={() => onOpen(row.id)} aria-haspopup="dialog">
          {row.cve || row.advisory}
        </button>
      ),
    },
    {
      id: "severity",
      header: t("finding.severity"),
      sort: "severity",
      width: "6.7rem",
      card: "head",
      cell: (row) => <Severity value={row.severity} />,
    },
    {
      id: "score",
      header: t("finding.score"),
      sort: "score",
      width: "4.2rem",
      align: "end",
      cell: (row) => row.score?.toFixed(1) ?? <span className="faint">–</span>,
    },
    {
      id: "device",
      header: t("finding.device"),
      sort: "device",
      width: "14rem",
      cell: (row) => (
        <DeviceRef
          id={row.device}
          name={row.device_stub?.name ?? ""}
          address={row.device_stub?.address ?? ""}
          type={row.device_stub?.type}
        />
      ),
    },
    {
      id: "title",
      header: t("finding.title"),
      width: "13.4rem",
      cell: (row) => <WireText value={row.title} />,
    },
    {
      id: "confidence",
      header: t("finding.confidence"),
      sort: "confidence",
      width: "7.5rem",
      cell: (row) => <MatchLevel value={row.confidence} />,
    },
    {
      id: "kev",
      header: t("finding.kev"),
      sort: "kev",
      width: "8.6rem",
      cell: (row) =>
        row.kev ? <Tag tone="critical">{t("finding.exploited")}</Tag> : <span className="faint">–</span>,
    },
    {
      id: "epss",
      header: t("finding.epss"),
      sort: "epss",
      width: "4.4rem",
      align: "end",
      cell: (row) => <Epss value={row.epss} />,
    },
    {
      id: "fixed_in",
      header: t("finding.fixedIn"),
      width: "6.5rem",
      cell: (row) => <WireText value={row.fixed_in} data />,
    },
    {
      id: "advisory",
      header: t("finding.advisory"),
      sort: "advisory",
      width: "11rem",
      card: "none",
      cell: (row) => <WireText value={row.advisory} data />,
    },
  ];
}
