import type { TFunction } from "i18next";
import type { Connection } from "@/api/types";
import type { Column } from "./data-table";
import { DeviceRef } from "./device-ref";
import { FrameRef } from "./evidence";
import { formatBytes, formatCount } from "./format";
import { Protocols, Tag } from "./tag";
import { Time } from "./time";

/** Columns of a list of connections. */
export function connectionColumns(t: TFunction): Column<Connection>[] {
  return [
    {
      id: "client",
      header: t("traffic.client"),
      sort: "client_address",
      width: "16rem",
      card: "head",
      cell: (row) => (
        <DeviceRef
          id={row.client}
          name={row.client_device?.name ?? ""}
          address={row.client_address}
          type={row.client_device?.type}
        />
      ),
    },
    {
      id: "server",
      header: t("traffic.server"),
      sort: "server_address",
      width: "16rem",
      card: "head",
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
      width: "12rem",
      cell: (row) => (
        <span>
          <Protocols names={row.protocol ? [row.protocol] : []} />{" "}
          {row.recognised_by === "port" && <Tag>{t("traffic.guess")}</Tag>}
        </span>
      ),
    },
    {
      id: "service",
      header: t("traffic.service"),
      sort: "port",
      width: "6.5rem",
      cell: (row) => (
        <span className="data">
          {row.transport}
          {row.port > 0 && `/${row.port}`}
        </span>
      ),
    },
    {
      id: "vlan",
      header: t("device.vlan"),
      width: "4.5rem",
      align: "end",
      card: "none",
      cell: (row) => row.vlan ?? <span className="faint">–</span>,
    },
    {
      id: "flows",
      header: t("traffic.flows"),
      width: "5rem",
      align: "end",
      cell: (row) => formatCount(row.flows),
    },
    {
      id: "packets",
      header: t("traffic.packets"),
      sort: "packets",
      width: "6rem",
      align: "end",
      cell: (row) => formatCount(row.packets),
    },
    {
      id: "bytes",
      header: t("traffic.bytes"),
      sort: "bytes",
      width: "6rem",
      align: "end",
      cell: (row) => formatBytes(row.bytes),
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
