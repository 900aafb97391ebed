import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { DeviceSummary } from "@/api/types";
import type { Column } from "@/shared/data-table";
import { DeviceRef } from "@/shared/device-ref";
import { formatBytes, formatCount, words } from "@/shared/format";
import { Icon } from "@/shared/icons";
import { SeverityGlyph, severityLevel } from "@/shared/severity";
import { Protocols, PurdueLevel, Tag } from "@/shared/tag";
import { Time } from "@/shared/time";
import { WireText } from "@/shared/wire-text";
import classes from "./devices.module.css";

/** Columns not shown until somebody asks for them. */
export const HIDDEN_AT_FIRST = [
  "serial",
  "os",
  "mac",
  "vlan",
  "roles",
  "zone",
  "first_seen",
  "bytes",
  "location",
];

/** Every column of the device list, in order. */
export function deviceColumns(t: TFunction): Column<DeviceSummary>[] {
  return [
    {
      id: "name",
      header: t("device.name"),
      sort: "name",
      width: "14.6rem",
      card: "head",
      cell: (row) => (
        <span className={classes.name}>
          <DeviceRef id={row.id} name={row.name} type={row.type} />
          <DeviceFlags row={row} t={t} />
        </span>
      ),
    },
    {
      id: "address",
      header: t("device.address"),
      sort: "address",
      width: "8rem",
      cell: (row) => <Addresses row={row} />,
    },
    {
      id: "type",
      header: t("device.type"),
      sort: "type",
      width: "8.5rem",
      cell: (row) => <WireText value={row.type} />,
    },
    {
      id: "vendor",
      header: t("device.vendor"),
      sort: "vendor",
      width: "7.5rem",
      cell: (row) => <WireText value={row.vendor} />,
    },
    {
      id: "model",
      header: t("device.model"),
      sort: "model",
      width: "8.5rem",
      cell: (row) => <WireText value={row.model} />,
    },
    {
      id: "firmware",
      header: t("device.firmware"),
      sort: "firmware",
      width: "5.5rem",
      cell: (row) => <WireText value={row.firmware} data />,
    },
    {
      id: "serial",
      header: t("device.serial"),
      width: "9rem",
      card: "none",
      cell: (row) => <WireText value={row.serial} data />,
    },
    {
      id: "os",
      header: t("device.os"),
      width: "9rem",
      card: "none",
      cell: (row) => <WireText value={row.os} />,
    },
    {
      id: "mac",
      header: t("device.mac"),
      width: "9.5rem",
      card: "none",
      cell: (row) => (
        <WireText
          value={row.interfaces
            .map(({ mac }) => mac)
            .filter(Boolean)
            .join(", ")}
          data
        />
      ),
    },
    {
      id: "vlan",
      header: t("device.vlan"),
      width: "5rem",
      card: "none",
      cell: (row) => (
        <WireText value={[...new Set(row.interfaces.flatMap(({ vlans }) => vlans))].join(", ")} data />
      ),
    },
    {
      id: "purdue_level",
      header: t("device.level"),
      sort: "purdue_level",
      width: "4.2rem",
      cell: (row) => <PurdueLevel value={row.purdue_level} />,
    },
    {
      id: "protocols",
      header: t("device.protocols"),
      width: "9rem",
      card: "line",
      cell: (row) => <Protocols names={row.protocols} most={2} />,
    },
    {
      id: "roles",
      header: t("device.roles"),
      width: "12rem",
      card: "none",
      cell: (row) => <WireText value={row.roles.map(words).join(", ")} />,
    },
    {
      id: "alerts",
      header: t("device.alerts"),
      width: "4.5rem",
      align: "end",
      cell: (row) => <Worst count={row.related.alerts} worst={row.related.worst_alert} />,
    },
    {
      id: "findings",
      header: t("device.findings"),
      width: "5rem",
      align: "end",
      cell: (row) => <Worst count={row.related.findings} worst={row.related.worst_finding} />,
    },
    {
      id: "zone",
      header: t("device.zone"),
      sort: "zone",
      width: "9rem",
      card: "none",
      cell: (row) => <WireText value={`${row.site} / ${row.zone}`} />,
    },
    {
      id: "location",
      header: t("device.location"),
      width: "9rem",
      card: "none",
      cell: (row) => <WireText value={row.location} />,
    },
    {
      id: "bytes",
      header: t("device.bytes"),
      sort: "bytes",
      width: "6.5rem",
      align: "end",
      card: "none",
      cell: (row) => formatBytes(row.bytes),
    },
    {
      id: "first_seen",
      header: t("device.firstSeen"),
      sort: "first_seen",
      width: "10.6rem",
      card: "none",
      cell: (row) => <Time at={row.first_seen} brief />,
    },
    {
      id: "last_seen",
      header: t("device.lastSeen"),
      sort: "last_seen",
      width: "10.6rem",
      card: "none",
      cell: (row) => <Time at={row.last_seen} brief />,
    },
  ];
}

/** Network addresses of a device, the link-layer ones where it has no other. */
function Addresses({ row }: { row: DeviceSummary }) {
  const ips = row.interfaces.flatMap((item) => item.ips);
  const shown = ips.length > 0 ? ips : row.interfaces.map(({ mac }) => mac);
  const rest = shown.length - 1;
  return (
    <span title={shown.join(", ")}>
      <WireText value={shown[0]} data />
      {rest > 0 && <span className="faint"> +{rest}</span>}
    </span>
  );
}

/** A count with the worst severity behind it as a glyph; the word is for screen readers. */
function Worst({ count, worst }: { count: number; worst: string }) {
  const { t } = useTranslation();
  if (count === 0) return <span className="faint">0</span>;
  const level = severityLevel(worst);
  return (
    <span className={classes.worst} title={t(`severity.${level}`)}>
      {formatCount(count)}
      <SeverityGlyph level={level} size={12} />
      <span className="visually-hidden">{t(`severity.${level}`)}</span>
    </span>
  );
}

function DeviceFlags({ row, t }: { row: DeviceSummary; t: TFunction }) {
  return (
    <span className={classes.flags}>
      {row.important && (
        <span title={t("device.important")}>
          <Icon name="star" size={13} className={classes.star} />
          <span className="visually-hidden">{t("device.important")}</span>
        </span>
      )}
      {!row.authorized && <Tag tone="medium">{t("device.unauthorized")}</Tag>}
      {row.kind !== "device" && <Tag>{t(`kind.${row.kind}`)}</Tag>}
    </span>
  );
}
