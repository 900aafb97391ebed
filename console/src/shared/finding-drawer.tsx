import { Drawer } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Finding } from "@/api/types";
import { MatchLevel } from "./confidence";
import { DeviceRef } from "./device-ref";
import { Epss } from "./finding-columns";
import classes from "./finding-drawer.module.css";
import { visibleText, words } from "./format";
import { Facts } from "./panel";
import { Severity } from "./severity";
import { Tag } from "./tag";
import { WireText } from "./wire-text";

/** Why a device is thought to have a weakness, and what helps. */
export function FindingDrawer({ finding, onClose }: { finding: Finding | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    // Put together by hand: the kit's own header is a landmark, and a page has one of those already.
    <Drawer.Root opened={finding !== undefined} onClose={onClose} position="right" size={520}>
      <Drawer.Overlay />
      <Drawer.Content>
        <div className={classes.head}>
          <Drawer.Title>{finding && (finding.cve || finding.advisory)}</Drawer.Title>
          <Drawer.CloseButton aria-label={t("finding.close")} />
        </div>
        <Drawer.Body>
          {finding && (
            <div className={classes.body}>
              <p className={classes.title}>{visibleText(finding.title)}</p>
              <p className={classes.marks}>
                <Severity value={finding.severity} />
                {finding.score !== null && <span>CVSS {finding.score.toFixed(1)}</span>}
                {finding.kev && <Tag tone="critical">{t("finding.exploited")}</Tag>}
              </p>
              <section className={classes.why}>
                <h3>
                  {t("finding.whyHere")} <MatchLevel value={finding.confidence} />
                </h3>
                <p>{visibleText(finding.reason)}</p>
                <p className="soft">{t(`match.${finding.confidence}Hint`)}</p>
                <dl className={classes.matched}>
                  {Object.entries(finding.matched).map(([name, value]) => (
                    <div key={name}>
                      <dt>{words(visibleText(name))}</dt>
                      <dd>
                        <WireText value={value} data />
                      </dd>
                    </div>
                  ))}
                </dl>
              </section>
              <Facts
                items={[
                  [
                    t("finding.device"),
                    <DeviceRef
                      key="device"
                      id={finding.device}
                      name={finding.device_stub?.name ?? ""}
                      address={finding.device_stub?.address}
                    />,
                  ],
                  ...(finding.part
                    ? [[t("finding.part"), <WireText key="part" value={finding.part} />] as const]
                    : []),
                  [t("finding.advisory"), <WireText key="advisory" value={finding.advisory} data />],
                  [
                    t("finding.fixedIn"),
                    <WireText key="fixed" value={finding.fixed_in} data none={t("finding.noFix")} />,
                  ],
                  [t("finding.epssLong"), <Epss key="epss" value={finding.epss} />],
                  [t("finding.vector"), <WireText key="vector" value={finding.vector} data />],
                ]}
              />
              {finding.remediation && (
                <section>
                  <h3>{t("finding.whatToDo")}</h3>
                  <p className={classes.prose}>{visibleText(finding.remediation)}</p>
                </section>
              )}
              {finding.references.length > 0 && (
                <section>
                  <h3>{t("finding.references")}</h3>
                  <ul>
                    {finding.references.map((reference) => (
                      <li key={reference} className="data wire">
                        {visibleText(reference)}
                      </li>
                    ))}
                  </ul>
                </section>
              )}
            </div>
          )}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}
