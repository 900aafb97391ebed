import { Tabs } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Page } from "@/shared/page";
import { TABS, type TrafficTab } from "./search";
import classes from "./traffic.module.css";

export interface TrafficPageProps {
  tab: TrafficTab;
  onTab: (tab: TrafficTab) => void;
  children: ReactNode;
}

/** What runs over the wire, in five views. */
export function TrafficPage({ tab, onTab, children }: TrafficPageProps) {
  const { t } = useTranslation();
  return (
    <Page fill title={t("nav.traffic")}>
      <Tabs
        value={tab}
        onChange={(next) => {
          const wanted = TABS.find((known) => known === next);
          if (wanted) onTab(wanted);
        }}
        keepMounted={false}
        classNames={{ root: classes.tabs, panel: classes.panel }}
      >
        <Tabs.List className={classes.list} aria-label={t("nav.traffic")}>
          {TABS.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`traffic.tab.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab}>{children}</Tabs.Panel>
      </Tabs>
    </Page>
  );
}
