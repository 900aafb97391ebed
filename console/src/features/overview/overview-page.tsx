import { Skeleton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Finding, Protocol, Summary, UnknownTraffic } from "@/api/types";
import { formatBytes, formatCount, formatShort } from "@/shared/format";
import { Panel } from "@/shared/panel";
import { NothingYet } from "@/shared/states";
import { Captures, NotDecoded } from "./capture-panels";
import { Normal } from "./normal-panel";
import classes from "./overview.module.css";
import { There } from "./there-panel";
import { Weak } from "./weak-panel";
import { Wrong } from "./wrong-panel";

export interface OverviewPageProps {
  summary: Summary;
  protocols: readonly Protocol[] | undefined;
  unknown: readonly UnknownTraffic[] | undefined;
  worstFindings: readonly Finding[] | undefined;
  /** Findings whose weakness is known to be exploited. */
  exploited: number | undefined;
}

/** The four questions, answered at a glance: what is there, normal, wrong, weak. */
export function OverviewPage({ summary, protocols, unknown, worstFindings, exploited }: OverviewPageProps) {
  const { t } = useTranslation();
  if (summary.packets === 0 && summary.devices === 0) {
    return (
      <>
        <Panel title={t("overview.empty")} flush>
          <NothingYet title={t("devices.none")} hint={t("devices.noneHint")} />
        </Panel>
        <Captures scopes={summary.scopes} />
      </>
    );
  }
  const messages = protocols?.reduce((sum, protocol) => sum + protocol.messages, 0);
  return (
    <>
      <ul className={classes.gauges}>
        <Gauge to="/devices" label={t("overview.devices")} value={formatShort(summary.devices)}>
          {t("overview.beside", {
            external: formatCount(summary.external),
            referred: formatCount(summary.referred),
          })}
        </Gauge>
        <Gauge to="/alerts" label={t("overview.openAlerts")} value={formatShort(summary.open_alerts)}>
          {t("overview.ofAlerts", { total: formatCount(summary.alerts) })}
        </Gauge>
        <Gauge to="/vulnerabilities" label={t("overview.findings")} value={formatShort(summary.findings)}>
          {exploited !== undefined && t("overview.exploited", { count: exploited })}
        </Gauge>
        <Gauge
          to="/traffic"
          label={t("overview.messages")}
          value={messages === undefined ? "…" : formatShort(messages)}
        >
          {t("overview.inProtocols", { count: summary.protocols.length })}
        </Gauge>
        <Gauge to="/traffic" label={t("overview.packets")} value={formatShort(summary.packets)}>
          {formatBytes(summary.bytes)}
        </Gauge>
      </ul>
      <div className={classes.questions}>
        <There summary={summary} />
        <Wrong summary={summary} />
        <Normal summary={summary} protocols={protocols} />
        <Weak summary={summary} worst={worstFindings} exploited={exploited} />
      </div>
      <div className={classes.questions}>
        <Captures scopes={summary.scopes} />
        <NotDecoded scopes={summary.scopes} unknown={unknown} />
      </div>
    </>
  );
}

interface GaugeProps {
  to: "/devices" | "/alerts" | "/vulnerabilities" | "/traffic";
  label: string;
  value: string;
  children: ReactNode;
}

/** One number of the reading strip, linked to what it counts. */
function Gauge({ to, label, value, children }: GaugeProps) {
  return (
    <li>
      <Link to={to} className={classes.gauge}>
        <span className={classes.gaugeLabel}>{label}</span>
        <span className={classes.gaugeValue}>{value}</span>
        <span className={classes.gaugeNote}>{children}</span>
      </Link>
    </li>
  );
}

/** Shape of the overview while it is on its way. */
export function OverviewLoading() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-busy="true" className={classes.loading}>
      <span className="visually-hidden">{t("state.loading")}</span>
      <Skeleton height={84} radius={6} />
      <div className={classes.questions}>
        {[260, 260, 260, 260].map((height, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity.
          <Skeleton key={index} height={height} radius={6} />
        ))}
      </div>
    </div>
  );
}
