import { Button, CloseButton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { MapEdge, MapNode } from "@/api/types";
import { formatBytes, visibleText } from "@/shared/format";
import { deviceIcon, Icon } from "@/shared/icons";
import { Facts } from "@/shared/panel";
import { Severity } from "@/shared/severity";
import { Protocols, PurdueLevel } from "@/shared/tag";
import { WireText } from "@/shared/wire-text";
import { isCrossing } from "./map-model";
import classes from "./map-page.module.css";

export interface SidePanelProps {
  node: MapNode;
  nodes: readonly MapNode[];
  edges: readonly MapEdge[];
  onSelect: (id: string) => void;
  onClose: () => void;
}

/** What the selected device is and whom it talks to. */
export function SidePanel({ node, nodes, edges, onSelect, onClose }: SidePanelProps) {
  const { t } = useTranslation();
  const peers = useMemo(() => {
    const byId = new Map(nodes.map((other) => [other.id, other]));
    return edges
      .filter((edge) => edge.first === node.id || edge.second === node.id)
      .map((edge) => ({ edge, peer: byId.get(edge.first === node.id ? edge.second : edge.first) }))
      .sort((a, b) => b.edge.bytes - a.edge.bytes);
  }, [node.id, nodes, edges]);
  return (
    <aside className={classes.panel} aria-label={t("map.selected")}>
      <div className={classes.panelHead}>
        <Icon name={deviceIcon(node.type)} size={22} />
        <h2 className={classes.panelName}>
          <bdi>{visibleText(node.name || node.address)}</bdi>
        </h2>
        <CloseButton aria-label={t("map.close")} onClick={onClose} />
      </div>
      <div className={classes.panelBody}>
        <Facts
          items={[
            [t("device.type"), <WireText key="type" value={node.type} />],
            [t("device.address"), <WireText key="address" value={node.address} data />],
            [t("device.vendor"), <WireText key="vendor" value={node.vendor} />],
            [t("device.level"), <PurdueLevel key="level" value={node.purdue_level} />],
            ...(node.alerts > 0
              ? [
                  [
                    t("device.alerts"),
                    <span key="alerts">
                      {node.alerts} · <Severity value={node.worst_alert} />
                    </span>,
                  ] as const,
                ]
              : []),
          ]}
        />
        <Button
          renderRoot={(props) => <Link to="/devices/$deviceId" params={{ deviceId: node.id }} {...props} />}
          variant="default"
          size="xs"
          mt="sm"
          fullWidth
        >
          {t("map.open")}
        </Button>
        <h3 className={classes.peersTitle}>{t("map.talksTo", { count: peers.length })}</h3>
        <ul className={classes.peers}>
          {peers.map(({ edge, peer }) => (
            <li key={edge.id}>
              <button type="button" className={classes.peer} onClick={() => peer && onSelect(peer.id)}>
                <span className={classes.peerLine}>
                  <span className={classes.peerName}>{visibleText(peer?.name || peer?.address || "?")}</span>
                  <span className="faint nowrap">{formatBytes(edge.bytes)}</span>
                </span>
                <span className={classes.peerLine}>
                  <Protocols names={edge.protocols} most={3} />
                  {isCrossing(edge) && (
                    <span className={edge.crossing ? classes.crossing : "soft"}>
                      {t(edge.crossing ? "map.crossing" : "map.zoneCrossing")}
                    </span>
                  )}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </aside>
  );
}
