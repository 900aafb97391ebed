import { Button } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Connection, DeviceDetail } from "@/api/types";
import { DeviceRef } from "@/shared/device-ref";
import { FrameRef } from "@/shared/evidence";
import { formatBytes, formatCount } from "@/shared/format";
import { Icon } from "@/shared/icons";
import { Panel } from "@/shared/panel";
import { SimpleTable } from "@/shared/simple-table";
import { NothingYet } from "@/shared/states";
import { Protocols, PurdueLevel, Tag } from "@/shared/tag";
import { Time } from "@/shared/time";
import { Tube } from "@/shared/tube";
import classes from "./device.module.css";

export interface PeersTabProps {
  device: DeviceDetail;
  connections: readonly Connection[];
  total: number;
  onMore: (() => void) | undefined;
}

interface Peer {
  key: string;
  id: string;
  name: string;
  address: string;
  type: string | undefined;
  level: number | null;
  protocols: string[];
  asClient: boolean;
  asServer: boolean;
  packets: number;
  bytes: number;
}

/** Whom the device talks to, and every connection behind that. */
export function PeersTab({ device, connections, total, onMore }: PeersTabProps) {
  const { t } = useTranslation();
  const peers = useMemo(() => peersOf(device.id, connections), [device.id, connections]);
  const most = peers[0]?.bytes ?? 1;
  if (connections.length === 0) {
    return <NothingYet title={t("traffic.none.connections")} hint={t("traffic.noneHint.connections")} />;
  }
  return (
    <div className={classes.stack}>
      <Panel title={t("peers.title")} aside={t("peers.count", { count: peers.length })} flush>
        <SimpleTable
          label={t("peers.title")}
          rows={peers}
          rowId={(row) => row.key}
          columns={[
            {
              header: t("peers.peer"),
              width: "26%",
              cell: (row) => <DeviceRef id={row.id} name={row.name} address={row.address} type={row.type} />,
            },
            { header: t("device.level"), cell: (row) => <PurdueLevel value={row.level} /> },
            { header: t("peers.role"), cell: (row) => <Direction peer={row} /> },
            { header: t("device.protocols"), cell: (row) => <Protocols names={row.protocols} /> },
            { header: t("traffic.packets"), cell: (row) => formatCount(row.packets), align: "end" },
            { header: t("traffic.bytes"), cell: (row) => formatBytes(row.bytes), align: "end" },
            {
              header: t("peers.share"),
              width: "14%",
              cell: (row) => (
                <span className={classes.share}>
                  <Tube share={row.bytes / most} />
                </span>
              ),
            },
          ]}
        />
      </Panel>
      <Panel
        title={t("traffic.tab.connections")}
        aside={t("peers.loaded", { shown: formatCount(connections.length), total: formatCount(total) })}
        flush
      >
        <SimpleTable
          label={t("traffic.tab.connections")}
          rows={connections}
          rowId={(row) => row.id}
          columns={[
            {
              header: t("traffic.client"),
              cell: (row) => (
                <DeviceRef
                  id={row.client}
                  name={row.client_device?.name ?? ""}
                  address={row.client_address}
                />
              ),
            },
            {
              header: t("traffic.server"),
              cell: (row) => (
                <DeviceRef
                  id={row.server}
                  name={row.server_device?.name ?? ""}
                  address={row.server_address}
                />
              ),
            },
            {
              header: t("traffic.protocol"),
              cell: (row) => (
                <>
                  <Protocols names={row.protocol ? [row.protocol] : []} />{" "}
                  {row.recognised_by === "port" && <Tag>{t("traffic.guess")}</Tag>}
                </>
              ),
            },
            {
              header: t("traffic.service"),
              cell: (row) => (
                <span className="data">
                  {row.transport}
                  {row.port > 0 && `/${row.port}`}
                </span>
              ),
            },
            { header: t("traffic.bytes"), cell: (row) => formatBytes(row.bytes), align: "end" },
            { header: t("traffic.lastSeen"), cell: (row) => <Time at={row.last_seen} withDate={false} /> },
            { header: t("evidence.title"), cell: (row) => <FrameRef evidence={row.evidence[0]} /> },
          ]}
        />
        {onMore && (
          <Button variant="subtle" size="xs" m="xs" onClick={onMore}>
            {t("table.more")}
          </Button>
        )}
      </Panel>
    </div>
  );
}

function Direction({ peer }: { peer: Peer }) {
  const { t } = useTranslation();
  const key = peer.asClient && peer.asServer ? "both" : peer.asClient ? "asks" : "asked";
  return (
    <span className={classes.direction}>
      <Icon
        name={key === "both" ? "both" : "arrow"}
        size={14}
        className={key === "asked" ? classes.flipped : undefined}
      />
      {t(`peers.${key}`)}
    </span>
  );
}

/** Connections folded by the device on the other end, most bytes first. */
function peersOf(deviceId: string, connections: readonly Connection[]): Peer[] {
  const found = new Map<string, Peer>();
  for (const item of connections) {
    const isClient = item.client === deviceId;
    const [id, address, other] = isClient
      ? [item.server, item.server_address, item.server_device]
      : [item.client, item.client_address, item.client_device];
    const key = id || address;
    const peer = found.get(key) ?? {
      key,
      id,
      name: other?.name ?? address,
      address,
      type: other?.type,
      level: other?.purdue_level ?? null,
      protocols: [],
      asClient: false,
      asServer: false,
      packets: 0,
      bytes: 0,
    };
    peer.asClient ||= isClient;
    peer.asServer ||= !isClient;
    peer.packets += item.packets;
    peer.bytes += item.bytes;
    if (item.protocol && !peer.protocols.includes(item.protocol)) peer.protocols.push(item.protocol);
    found.set(key, peer);
  }
  return [...found.values()].sort((a, b) => b.bytes - a.bytes);
}
