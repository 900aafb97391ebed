import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { MapEdge, MapNode } from "@/api/types";
import { DeviceRef } from "@/shared/device-ref";
import { formatBytes, formatCount } from "@/shared/format";
import { SimpleTable } from "@/shared/simple-table";
import { Protocols, PurdueLevel, Tag } from "@/shared/tag";
import { isCrossing } from "./map-model";
import classes from "./map-page.module.css";

/** Rows drawn at most; the filters narrow further. */
const MOST_ROWS = 500;

/** The map's content as a table, for keyboard, screen reader and print. */
export function MapList({ nodes, edges }: { nodes: readonly MapNode[]; edges: readonly MapEdge[] }) {
  const { t } = useTranslation();
  const byId = useMemo(() => new Map(nodes.map((node) => [node.id, node])), [nodes]);
  const end = (id: string) => {
    const node = byId.get(id);
    return node ? <DeviceRef id={node.id} name={node.name} address={node.address} type={node.type} /> : id;
  };
  const level = (id: string) => <PurdueLevel value={byId.get(id)?.purdue_level} />;
  return (
    <div className={classes.list}>
      <SimpleTable
        label={t("map.links")}
        rows={edges.slice(0, MOST_ROWS)}
        rowId={(edge) => edge.id}
        columns={[
          { header: t("map.from"), cell: (edge) => end(edge.first), width: "26%" },
          { header: t("map.fromLevel"), cell: (edge) => level(edge.first) },
          { header: t("map.to"), cell: (edge) => end(edge.second), width: "26%" },
          { header: t("map.toLevel"), cell: (edge) => level(edge.second) },
          { header: t("device.protocols"), cell: (edge) => <Protocols names={edge.protocols} /> },
          {
            header: t("map.border"),
            cell: (edge) =>
              isCrossing(edge) ? (
                <Tag tone={edge.crossing ? "high" : "plain"}>
                  {t(edge.crossing ? "map.crossing" : "map.zoneCrossing")}
                </Tag>
              ) : (
                <span className="faint">–</span>
              ),
          },
          { header: t("traffic.packets"), cell: (edge) => formatCount(edge.packets), align: "end" },
          { header: t("traffic.bytes"), cell: (edge) => formatBytes(edge.bytes), align: "end" },
        ]}
      />
      {edges.length > MOST_ROWS && (
        <p className="faint">{t("map.listCut", { shown: MOST_ROWS, total: formatCount(edges.length) })}</p>
      )}
    </div>
  );
}
