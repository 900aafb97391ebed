import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { AlertDetail } from "@/api/types";
import { AlertStatusTag } from "@/shared/alert-status";
import { EvidenceList } from "@/shared/evidence";
import { formatBytes, formatCount, formatSpan, visibleText, words } from "@/shared/format";
import { deviceIcon, Icon } from "@/shared/icons";
import { Page } from "@/shared/page";
import { Facts, Panel } from "@/shared/panel";
import { Severity, severityLevel } from "@/shared/severity";
import { Protocols, PurdueLevel } from "@/shared/tag";
import { Time } from "@/shared/time";
import { WireText } from "@/shared/wire-text";
import classes from "./alert.module.css";
import { type Verdict, VerdictPanel } from "./verdict-panel";

export interface AlertPageProps {
  alert: AlertDetail;
  /** Whether this state takes verdicts. */
  writable: boolean;
  onVerdict: (verdict: Verdict) => void;
  isSaving: boolean;
  saveError: Error | null;
}

/** One alert: what happened, why it matters, what shows it, and what to do. */
export function AlertPage({ alert, writable, onVerdict, isSaving, saveError }: AlertPageProps) {
  const { t } = useTranslation();
  return (
    <Page
      title={visibleText(alert.title)}
      crumb={<Link to="/alerts">{t("nav.alerts")}</Link>}
      aside={
        <>
          <Severity value={alert.severity} />
          <AlertStatusTag status={alert.status} />
        </>
      }
    >
      <div className={classes.banner} data-level={severityLevel(alert.severity)}>
        <p className={classes.summary}>
          <WireText value={alert.summary || alert.title} />
        </p>
        <div className={classes.path}>
          <End
            role={t("alert.source")}
            id={alert.source}
            name={alert.source_name}
            address={alert.source_address}
            type={alert.source_device?.type}
            level={alert.source_device?.purdue_level ?? null}
          />
          <div className={classes.between}>
            <Protocols names={alert.protocol ? [alert.protocol] : []} />
            <Icon name="arrow" size={22} />
            <span className="faint">
              {t("alert.times", { count: alert.count, shown: formatCount(alert.count) })}
            </span>
          </div>
          <End
            role={t("alert.destination")}
            id={alert.destination}
            name={alert.destination_name}
            address={alert.destination_address}
            type={alert.destination_device?.type}
            level={alert.destination_device?.purdue_level ?? null}
          />
        </div>
      </div>
      <div className={classes.columns}>
        <div className={classes.column}>
          <Panel title={t("alert.why")}>
            <p className={classes.prose}>{visibleText(alert.explanation)}</p>
            {alert.benign_when.length > 0 && (
              <>
                <h3 className={classes.small}>{t("alert.benignWhen")}</h3>
                <ul className={classes.bullets}>
                  {alert.benign_when.map((item) => (
                    <li key={item}>{visibleText(item)}</li>
                  ))}
                </ul>
              </>
            )}
          </Panel>
          {alert.remediation.length > 0 && (
            <Panel title={t("alert.whatToDo")}>
              <ol className={classes.steps}>
                {alert.remediation.map((step) => (
                  <li key={step}>{visibleText(step)}</li>
                ))}
              </ol>
            </Panel>
          )}
          {alert.details.length > 0 && (
            <Panel title={t("alert.thisCase")}>
              <Facts
                items={alert.details.map(({ name, text }) => [
                  words(visibleText(name)),
                  <WireText key={name} value={text} data />,
                ])}
              />
            </Panel>
          )}
          <Panel title={t("evidence.title")} aside={t("evidence.count", { count: alert.evidence.length })}>
            <EvidenceList frames={alert.evidence} />
            {alert.packets_bytes > 0 && (
              <Button
                component="a"
                href={`/api/v1/alerts/${encodeURIComponent(alert.id)}/packets`}
                download
                variant="default"
                size="xs"
                mt="sm"
                leftSection={<Icon name="download" size={14} />}
              >
                {t("evidence.packets", { size: formatBytes(alert.packets_bytes) })}
              </Button>
            )}
          </Panel>
        </div>
        <div className={classes.column}>
          <VerdictPanel
            key={alert.status}
            status={alert.status}
            learnable={alert.learnable}
            writable={writable}
            comments={alert.comments}
            onVerdict={onVerdict}
            isSaving={isSaving}
            error={saveError}
          />
          <Panel title={t("alert.facts")}>
            <Facts
              items={[
                [t("alert.firstSeen"), <Time key="first" at={alert.first_seen} />],
                [t("alert.lastSeen"), <Time key="last" at={alert.last_seen} />],
                [t("alert.lasted"), formatSpan(alert.first_seen, alert.last_seen)],
                [t("alert.engine"), t(`engine.${alert.engine}`)],
                [t("alert.scope"), <WireText key="scope" value={`${alert.site} / ${alert.zone}`} />],
                [
                  t("alert.detection"),
                  <span key="detection" className="data">
                    {alert.detection}
                  </span>,
                ],
              ]}
            />
          </Panel>
          {alert.techniques.length > 0 && (
            <Panel title={t("alert.attackTitle")}>
              <ul className={classes.techniques}>
                {alert.techniques.map(({ id, name }) => (
                  <li key={id}>
                    <span className="data">{id}</span> {name}
                  </li>
                ))}
              </ul>
            </Panel>
          )}
        </div>
      </div>
    </Page>
  );
}

interface EndProps {
  role: string;
  id: string;
  name: string;
  address: string;
  type: string | undefined;
  level: number | null;
}

/** One end of the traffic. */
function End({ role, id, name, address, type, level }: EndProps) {
  const { t } = useTranslation();
  const known = id !== "" || name !== "" || address !== "";
  return (
    <div className={classes.end}>
      <Icon name={deviceIcon(type)} size={26} />
      <div className={classes.endText}>
        <span className="faint">{role}</span>
        <span className={classes.endName}>
          {!known ? (
            t("alert.noEnd")
          ) : id === "" ? (
            <WireText value={name || address} />
          ) : (
            <Link to="/devices/$deviceId" params={{ deviceId: id }}>
              <bdi>{visibleText(name || address || id)}</bdi>
            </Link>
          )}
        </span>
        <span className={classes.endLine}>
          {address !== name && <WireText value={address} data none="" />}
          {type && <span className="soft">{type}</span>}
          {level !== null && <PurdueLevel value={level} />}
        </span>
      </div>
    </div>
  );
}
