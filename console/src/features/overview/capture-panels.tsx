import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Summary, UnknownTraffic } from "@/api/types";
import { formatBytes, formatCount, formatSpan, visibleText, words } from "@/shared/format";
import { Panel } from "@/shared/panel";
import { SimpleTable } from "@/shared/simple-table";
import { Notice } from "@/shared/states";
import { Tag } from "@/shared/tag";
import { Time } from "@/shared/time";
import classes from "./overview.module.css";

const FEW = 6;

/** What was read: capture files, time, scope, and warnings. */
export function Captures({ scopes }: { scopes: Summary["scopes"] }) {
  const { t } = useTranslation();
  const captures = scopes.flatMap((scope) =>
    scope.captures.map((capture) => ({ ...capture, scope: `${scope.site} / ${scope.zone}` })),
  );
  return (
    <Panel title={t("overview.read")}>
      <ul className={classes.captures}>
        {captures.map((capture) => (
          <li key={`${capture.scope} ${capture.label}`}>
            <span className={classes.captureName}>
              <strong className="wire">{visibleText(capture.name)}</strong>
              {capture.cut && <Tag tone="medium">{t("overview.cut")}</Tag>}
            </span>
            <span className="soft">
              {t("overview.packetsIn", { count: capture.packets, shown: formatCount(capture.packets) })} ·{" "}
              {visibleText(capture.scope)}
              {capture.sha256 && <span className="data faint"> · SHA-256 {capture.sha256.slice(0, 16)}</span>}
            </span>
            {capture.warnings.map((warning) => (
              <span key={warning} className={classes.warning}>
                {visibleText(warning)}
              </span>
            ))}
          </li>
        ))}
      </ul>
      {scopes.map((scope) => (
        <p key={`${scope.site}/${scope.zone}`} className={classes.window}>
          <Time at={scope.first_time} /> – <Time at={scope.last_time} />{" "}
          <span className="faint">{formatSpan(scope.first_time, scope.last_time)} · UTC</span>
        </p>
      ))}
    </Panel>
  );
}

export interface NotDecodedProps {
  scopes: Summary["scopes"];
  unknown: readonly UnknownTraffic[] | undefined;
}

/** What could not be decoded or got lost: stated, not hidden. */
export function NotDecoded({ scopes, unknown }: NotDecodedProps) {
  const { t } = useTranslation();
  const losses = new Map<string, number>();
  for (const { loss } of scopes) {
    for (const [counter, count] of Object.entries(loss)) {
      if (count > 0) losses.set(counter, (losses.get(counter) ?? 0) + count);
    }
  }
  const services = unknown ?? [];
  const isClean = unknown !== undefined && services.length === 0 && losses.size === 0;
  return (
    <Panel
      title={t("overview.notDecoded")}
      aside={
        <Link to="/traffic" search={{ tab: "unknown" }}>
          {t("overview.details")}
        </Link>
      }
      flush
    >
      {isClean && (
        <Notice icon="check" title={t("unknown.noServices")}>
          {t("unknown.noLossesHint")}
        </Notice>
      )}
      {services.length > 0 && (
        <SimpleTable
          label={t("unknown.services")}
          rows={services.slice(0, FEW)}
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
              cell: (row) => visibleText(row.guess) || <span className="faint">{t("unknown.noGuess")}</span>,
            },
            { header: t("traffic.flows"), cell: (row) => formatCount(row.flows), align: "end" },
            { header: t("traffic.bytes"), cell: (row) => formatBytes(row.bytes), align: "end" },
          ]}
        />
      )}
      {losses.size > 0 && (
        <ul className={classes.losses}>
          {[...losses].map(([counter, count]) => (
            <li key={counter}>
              <span>{words(visibleText(counter))}</span> <strong>{formatCount(count)}</strong>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
