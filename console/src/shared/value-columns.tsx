import type { TFunction } from "i18next";
import type { ProcessValue } from "@/api/types";
import type { Column } from "./data-table";
import { DeviceRef } from "./device-ref";
import { formatCount } from "./format";
import { Protocols } from "./tag";
import { Time } from "./time";
import { WireText } from "./wire-text";

/** Columns of a list of process values. */
export function valueColumns(t: TFunction): Column<ProcessValue>[] {
  return [
    {
      id: "object",
      header: t("value.object"),
      sort: "object",
      width: "15rem",
      card: "head",
      cell: (row) => <WireText value={[row.address, row.object].filter(Boolean).join(" · ")} data />,
    },
    {
      id: "server",
      header: t("value.device"),
      sort: "server",
      width: "15rem",
      cell: (row) => (
        <DeviceRef
          id={row.server}
          name={row.server_device?.name ?? ""}
          address={row.server_address}
          type={row.server_device?.type}
        />
      ),
    },
    {
      id: "protocol",
      header: t("traffic.protocol"),
      sort: "protocol",
      width: "6rem",
      cell: (row) => <Protocols names={[row.protocol]} />,
    },
    { id: "type", header: t("value.type"), sort: "type", width: "5rem", cell: (row) => row.type },
    {
      id: "last",
      header: t("value.last"),
      width: "8rem",
      align: "end",
      cell: (row) => <WireText value={row.last} data />,
    },
    {
      id: "minimum",
      header: t("value.minimum"),
      width: "8rem",
      align: "end",
      cell: (row) => <WireText value={row.minimum} data />,
    },
    {
      id: "maximum",
      header: t("value.maximum"),
      width: "8rem",
      align: "end",
      cell: (row) => <WireText value={row.maximum} data />,
    },
    {
      id: "changes",
      header: t("value.changes"),
      sort: "changes",
      width: "5.5rem",
      align: "end",
      cell: (row) => formatCount(row.changes),
    },
    {
      id: "last_seen",
      header: t("traffic.lastSeen"),
      sort: "last_seen",
      width: "10.6rem",
      card: "none",
      cell: (row) => <Time at={row.last_seen} brief />,
    },
  ];
}
