import { useTranslation } from "react-i18next";
import type { Summary, UnknownTraffic } from "@/api/types";
import { formatBytes, formatCount, visibleText, words } from "@/shared/format";
import { Panel } from "@/shared/panel";
import { SimpleTable } from "@/shared/simple-table";
import { Notice } from "@/shared/states";
import { Tag } from "@/shared/tag";
import classes from "./traffic.module.css";

export interface UnknownViewProps {
  items: readonly UnknownTraffic[];
  scopes: Summary["scopes"];
}

interface CellProps {
  row: UnknownTraffic;
}

/** Smallest, mean and largest payload in bytes. */
function Sizes({ row }: CellProps) {
  if (row.largest === 0) return <span className="faint">–</span>;
  return (
    <span className="data">
      {[row.smallest, row.mean, row.largest].map((size) => formatCount(size)).join(" / ")}
    </span>
  );
}

/** Bits per byte, with the number of bytes it was taken from: few bytes say little. */
function Entropy({ row }: CellProps) {
  const { t } = useTranslation();
  if (row.entropy === null) return <span className="faint">–</span>;
  return (
    <span className="data" title={t("unknown.entropyOf", { bytes: formatCount(row.entropy_bytes) })}>
      {row.entropy.toFixed(1)}
    </span>
  );
}

/** First bytes as hexadecimal digits in pairs; never as text. */
function Sample({ row }: CellProps) {
  const pairs = visibleText(row.sample).match(/.{1,2}/g);
  return pairs ? <span className="data">{pairs.join(" ")}</span> : <span className="faint">–</span>;
}

/** What was not understood or got lost: nothing of it is hidden. */
export function UnknownView({ items, scopes }: UnknownViewProps) {
  const { t } = useTranslation();
  const losses = scopes.flatMap(({ site, zone, loss }) =>
    Object.entries(loss)
      .filter(([, count]) => count > 0)
      .map(([counter, count]) => ({
        key: `${site}/${zone}/${counter}`,
        scope: `${site} / ${zone}`,
        counter,
        count,
      })),
  );
  return (
    <div className={`${classes.stack} ${classes.scroll}`}>
      <Panel title={t("unknown.services")} aside={formatCount(items.length)} flush>
        {items.length === 0 ? (
          <Notice icon="check" title={t("unknown.noServices")}>
            {t("unknown.noServicesHint")}
          </Notice>
        ) : (
          <SimpleTable
            label={t("unknown.services")}
            rows={items}
            rowId={(row) => `${row.transport}/${row.port}/${row.guess}`}
            columns={[
              {
                header: t("traffic.service"),
                cell: (row) => (
                  <span className="data">
                    {row.transport}
                    {row.port > 0 && `/${row.port}`}
                  </span>
                ),
              },
              {
                header: t("unknown.guess"),
                cell: (row) =>
                  row.guess ? (
                    <>
                      {visibleText(row.guess)} <Tag>{t("traffic.guess")}</Tag>
                    </>
                  ) : (
                    <span className="faint">{t("unknown.noGuess")}</span>
                  ),
              },
              { header: t("traffic.flows"), cell: (row) => formatCount(row.flows), align: "end" },
              { header: t("traffic.packets"), cell: (row) => formatCount(row.packets), align: "end" },
              { header: t("traffic.bytes"), cell: (row) => formatBytes(row.bytes), align: "end" },
              { header: t("unknown.sizes"), cell: (row) => <Sizes row={row} />, align: "end" },
              { header: t("unknown.entropy"), cell: (row) => <Entropy row={row} />, align: "end" },
              { header: t("unknown.sample"), cell: (row) => <Sample row={row} /> },
            ]}
          />
        )}
      </Panel>
      <Panel title={t("unknown.losses")} flush>
        {losses.length === 0 ? (
          <Notice icon="check" title={t("unknown.noLosses")}>
            {t("unknown.noLossesHint")}
          </Notice>
        ) : (
          <SimpleTable
            label={t("unknown.losses")}
            rows={losses}
            rowId={(row) => row.key}
            columns={[
              { header: t("unknown.counter"), cell: (row) => words(visibleText(row.counter)) },
              { header: t("device.zone"), cell: (row) => visibleText(row.scope) },
              { header: t("unknown.count"), cell: (row) => formatCount(row.count), align: "end" },
            ]}
          />
        )}
      </Panel>
    </div>
  );
}
