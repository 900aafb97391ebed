import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { FacetValue, Finding, Summary } from "@/api/types";
import { MatchLevel } from "@/shared/confidence";
import { DeviceRef } from "@/shared/device-ref";
import { formatCount } from "@/shared/format";
import { Panel } from "@/shared/panel";
import { SeverityGlyph, severityLevel } from "@/shared/severity";
import { Notice, RowsLoading } from "@/shared/states";
import { Tag } from "@/shared/tag";
import classes from "./overview.module.css";
import { SeverityRow } from "./wrong-panel";

export interface WeakProps {
  summary: Summary;
  worst: readonly Finding[] | undefined;
  exploited: number | undefined;
}

/** What is weak: findings by severity and sureness, the worst by name. */
export function Weak({ summary, worst, exploited }: WeakProps) {
  const { t } = useTranslation();
  return (
    <Panel title={t("overview.weak")} aside={<Link to="/vulnerabilities">{t("overview.allFindings")}</Link>}>
      <SeverityRow counts={summary.findings_by_severity} to="/vulnerabilities" />
      {summary.findings === 0 ? (
        <Notice icon="check" title={t("findings.none")}>
          {t("findings.noneHint")}
        </Notice>
      ) : (
        <>
          <p className={classes.sureness}>
            {bySureness(summary.findings_by_confidence).map(({ value, count }) => (
              <Link key={value} to="/vulnerabilities" search={{ confidence: [String(value)] }}>
                <MatchLevel value={String(value)} /> {formatCount(count)}
              </Link>
            ))}
            {exploited !== undefined && exploited > 0 && (
              <Link to="/vulnerabilities" search={{ kev: true }}>
                <Tag tone="critical">{t("overview.exploited", { count: exploited })}</Tag>
              </Link>
            )}
          </p>
          {worst === undefined ? (
            <RowsLoading rows={4} />
          ) : (
            <ol className={classes.rows}>
              {worst.map((finding) => (
                <li key={finding.id} className={classes.findingRow}>
                  <SeverityGlyph level={severityLevel(finding.severity)} />
                  <span className="visually-hidden">{t(`severity.${severityLevel(finding.severity)}`)}</span>
                  <Link
                    to="/vulnerabilities"
                    search={{ open: finding.id }}
                    className={`${classes.findingId} data`}
                  >
                    {finding.cve || finding.advisory}
                  </Link>
                  <span className={classes.findingScore}>{finding.score?.toFixed(1) ?? "–"}</span>
                  <DeviceRef
                    id={finding.device}
                    name={finding.device_stub?.name ?? ""}
                    address={finding.device_stub?.address}
                  />
                </li>
              ))}
            </ol>
          )}
        </>
      )}
    </Panel>
  );
}

const SURENESS = ["confirmed", "probable", "possible"];

/** Surest first. */
function bySureness(counts: readonly FacetValue[]): FacetValue[] {
  return counts.toSorted((a, b) => SURENESS.indexOf(String(a.value)) - SURENESS.indexOf(String(b.value)));
}
