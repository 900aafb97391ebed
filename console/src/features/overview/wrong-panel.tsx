import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { FacetValue, Summary } from "@/api/types";
import { formatCount, visibleText } from "@/shared/format";
import { Panel } from "@/shared/panel";
import { SeverityGlyph, severityLevel } from "@/shared/severity";
import { Notice } from "@/shared/states";
import { Time } from "@/shared/time";
import classes from "./overview.module.css";

const LEVELS = ["critical", "high", "medium", "low"] as const;

/** Counts per severity as a row of marks; a severity without any stays, greyed. */
export function SeverityRow({
  counts,
  to,
}: {
  counts: readonly FacetValue[];
  to: "/alerts" | "/vulnerabilities";
}) {
  const { t } = useTranslation();
  return (
    <ul className={classes.severities}>
      {LEVELS.map((level) => {
        const count = counts.find(({ value }) => value === level)?.count ?? 0;
        return (
          <li key={level}>
            <Link
              to={to}
              search={{ severity: [level] }}
              className={classes.severityTile}
              data-empty={count === 0 || undefined}
            >
              <SeverityGlyph level={level} size={16} />
              <span className={classes.severityCount}>{formatCount(count)}</span>
              <span className={classes.severityName}>{t(`severity.${level}`)}</span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

/** What is wrong: open alerts by severity, the worst by name. */
export function Wrong({ summary }: { summary: Summary }) {
  const { t } = useTranslation();
  const judged = new Set(summary.scopes.flatMap((scope) => scope.not_judged)).size;
  return (
    <Panel title={t("overview.wrong")} aside={<Link to="/alerts">{t("overview.allAlerts")}</Link>}>
      <SeverityRow counts={summary.open_alerts_by_severity} to="/alerts" />
      {summary.latest_alerts.length === 0 ? (
        <Notice icon="check" title={t("alerts.none")}>
          {judged > 0 ? t("overview.notJudged", { count: judged }) : t("alerts.noneHint")}
        </Notice>
      ) : (
        <ol className={classes.rows}>
          {summary.latest_alerts.map((alert) => (
            <li key={alert.id}>
              <Link to="/alerts/$alertId" params={{ alertId: alert.id }} className={classes.alertRow}>
                <SeverityGlyph level={severityLevel(alert.severity)} />
                <span className="visually-hidden">{t(`severity.${severityLevel(alert.severity)}`)}</span>
                <span className={classes.alertTitle}>{visibleText(alert.title)}</span>
                <span className={classes.alertEnds}>
                  {[
                    alert.source_name || alert.source_address,
                    alert.destination_name || alert.destination_address,
                  ]
                    .filter(Boolean)
                    .map(visibleText)
                    .join(" → ")}
                </span>
                <span className={classes.alertTime}>
                  <Time at={alert.last_seen} withDate={false} brief />
                </span>
              </Link>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
