import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Summary } from "@/api/types";
import { formatCount, visibleText } from "@/shared/format";
import { deviceIcon, Icon } from "@/shared/icons";
import { levelNameKey } from "@/shared/levels";
import { Panel } from "@/shared/panel";
import { Tube } from "@/shared/tube";
import classes from "./overview.module.css";

const FEW = 8;
const LEVELS = [5, 4, 3.5, 3, 2, 1, 0, -1] as const;

/** What is there: devices by type and by Purdue level. */
export function There({ summary }: { summary: Summary }) {
  const { t } = useTranslation();
  const types = summary.devices_by_type.slice(0, FEW);
  const most = types[0]?.count ?? 1;
  const rest = summary.devices_by_type.length - types.length;
  const levels = LEVELS.map((level) => ({
    level,
    count: summary.devices_by_level.find(({ value }) => Number(value) === level)?.count ?? 0,
  })).filter(({ count, level }) => count > 0 || level >= 0);
  const mostInLevel = Math.max(1, ...levels.map(({ count }) => count));
  return (
    <Panel title={t("overview.there")} aside={<Link to="/devices">{t("overview.allDevices")}</Link>}>
      <div className={classes.two}>
        <div>
          <h3 className={classes.small}>{t("overview.byType")}</h3>
          <ul>
            {types.map(({ value, count }) => (
              <li key={value}>
                <Link to="/devices" search={{ type: [String(value)] }} className={classes.bar}>
                  <Icon name={deviceIcon(String(value))} />
                  <span className={classes.barName}>{visibleText(String(value))}</span>
                  <span>{formatCount(count)}</span>
                  <Tube share={count / most} />
                </Link>
              </li>
            ))}
          </ul>
          {rest > 0 && <p className={classes.rest}>{t("overview.moreTypes", { count: rest })}</p>}
        </div>
        <div>
          <h3 className={classes.small}>{t("overview.byLevel")}</h3>
          <ol className={classes.ladder}>
            {levels.map(({ level, count }) => (
              <li key={level}>
                <Link
                  to="/devices"
                  search={{ purdue_level: [String(level)] }}
                  className={classes.rung}
                  data-empty={count === 0 || undefined}
                >
                  <span className={classes.rungMark}>{level < 0 ? "?" : `L${level}`}</span>
                  <span className={classes.rungName}>{t(levelNameKey(level))}</span>
                  <span className={classes.rungCount}>{formatCount(count)}</span>
                  <Tube share={count / mostInLevel} />
                </Link>
              </li>
            ))}
          </ol>
        </div>
      </div>
    </Panel>
  );
}
