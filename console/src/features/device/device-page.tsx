import { Tabs } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { DeviceDetail } from "@/api/types";
import { formatBytes, formatCount, formatSpan, visibleText, words } from "@/shared/format";
import { deviceIcon, Icon } from "@/shared/icons";
import { Page } from "@/shared/page";
import { SeverityGlyph, severityLevel } from "@/shared/severity";
import { PurdueLevel, Tag } from "@/shared/tag";
import { Time } from "@/shared/time";
import { WireText } from "@/shared/wire-text";
import classes from "./device.module.css";
import { EditButton } from "./edit-button";
import { type DeviceTab, TABS } from "./search";

/** What an operator says about a device; fields left out stay. */
export interface DeviceEdit {
  name?: string;
  type?: string;
  important?: boolean;
  authorized?: boolean;
  purdue_level?: number;
  description?: string;
  location?: string;
}

export interface DevicePageProps {
  device: DeviceDetail;
  tab: DeviceTab;
  onTab: (tab: DeviceTab) => void;
  writable: boolean;
  onEdit: (edit: DeviceEdit) => void;
  isSaving: boolean;
  saveError: Error | null;
  children: ReactNode;
}

/** One device: who it is at the top, everything known about it in views below. */
export function DevicePage({
  device,
  tab,
  onTab,
  writable,
  onEdit,
  isSaving,
  saveError,
  children,
}: DevicePageProps) {
  const { t } = useTranslation();
  const { alerts, worst_alert, findings, worst_finding } = device.related;
  const badge: Partial<Record<DeviceTab, { count: number; worst: string }>> = {
    alerts: { count: alerts, worst: worst_alert },
    findings: { count: findings, worst: worst_finding },
  };
  return (
    <Page
      title={visibleText(device.name || device.id)}
      crumb={<Link to="/devices">{t("nav.devices")}</Link>}
      aside={
        <>
          {device.important && (
            <Tag tone="accent">
              <Icon name="star" size={12} /> {t("device.important")}
            </Tag>
          )}
          {!device.authorized && <Tag tone="medium">{t("device.unauthorized")}</Tag>}
          {device.kind !== "device" && <Tag>{t(`kind.${device.kind}`)}</Tag>}
          <Link to="/map" search={{ device: device.id }} className={classes.toMap}>
            <Icon name="map" size={14} /> {t("device.onMap")}
          </Link>
          {writable && <EditButton device={device} onEdit={onEdit} isSaving={isSaving} error={saveError} />}
        </>
      }
    >
      <section className={classes.plate} aria-label={t("device.plate")}>
        <span className={classes.glyph}>
          <Icon name={deviceIcon(device.type)} size={40} />
        </span>
        <dl className={classes.plateFacts}>
          <Fact name={t("device.type")} value={<WireText value={device.type} />} strong />
          <Fact name={t("device.vendor")} value={<WireText value={device.vendor} />} strong />
          <Fact name={t("device.model")} value={<WireText value={device.model} />} strong />
          <Fact name={t("device.firmware")} value={<WireText value={device.firmware} data />} strong />
          <Fact name={t("device.serial")} value={<WireText value={device.serial} data />} />
          <Fact name={t("device.orderNumber")} value={<WireText value={device.order_number} data />} />
          <Fact name={t("device.os")} value={<WireText value={device.os} />} />
          <Fact name={t("device.level")} value={<PurdueLevel value={device.purdue_level} linked />} />
          <Fact name={t("device.roles")} value={<WireText value={device.roles.map(words).join(", ")} />} />
          <Fact name={t("device.zone")} value={<WireText value={`${device.site} / ${device.zone}`} />} />
          <Fact name={t("device.location")} value={<WireText value={device.location} />} />
          <Fact
            name={t("device.traffic")}
            value={t("device.trafficValue", {
              packets: formatCount(device.packets),
              bytes: formatBytes(device.bytes),
            })}
          />
          <Fact name={t("device.firstSeen")} value={<Time at={device.first_seen} />} />
          <Fact
            name={t("device.lastSeen")}
            value={
              <>
                <Time at={device.last_seen} />{" "}
                <span className="faint nowrap">{formatSpan(device.first_seen, device.last_seen)}</span>
              </>
            }
          />
        </dl>
        {device.description && <p className={classes.description}>{visibleText(device.description)}</p>}
      </section>
      <Tabs
        value={tab}
        onChange={(next) => {
          const wanted = TABS.find((known) => known === next);
          if (wanted) onTab(wanted);
        }}
        keepMounted={false}
        classNames={{ root: classes.tabs, panel: classes.panel }}
      >
        <Tabs.List className={classes.tabList} aria-label={t("device.views")}>
          {TABS.map((name) => {
            const mark = badge[name];
            return (
              <Tabs.Tab key={name} value={name}>
                {t(`deviceTab.${name}`)}
                {mark && mark.count > 0 && (
                  <span className={classes.mark}>
                    {formatCount(mark.count)} <SeverityGlyph level={severityLevel(mark.worst)} size={11} />
                    <span className="visually-hidden">{t(`severity.${severityLevel(mark.worst)}`)}</span>
                  </span>
                )}
              </Tabs.Tab>
            );
          })}
        </Tabs.List>
        <Tabs.Panel value={tab}>{children}</Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Fact({ name, value, strong = false }: { name: string; value: ReactNode; strong?: boolean }) {
  return (
    <div className={strong ? classes.strong : undefined}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
