import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Protocol, Summary } from "@/api/types";
import { CATEGORY_TONES } from "@/shared/categories";
import { formatCount, formatShort, visibleText, words } from "@/shared/format";
import { Panel } from "@/shared/panel";
import { RowsLoading } from "@/shared/states";
import { Tag } from "@/shared/tag";
import { Tube } from "@/shared/tube";
import classes from "./overview.module.css";

const FEW = 7;

/** What is normal: which protocols run, what they are used for, and what is judged against a baseline. */
export function Normal({
  summary,
  protocols,
}: {
  summary: Summary;
  protocols: readonly Protocol[] | undefined;
}) {
  const { t } = useTranslation();
  const shown = protocols?.filter(({ messages }) => messages > 0).slice(0, FEW);
  const most = shown?.[0]?.messages ?? 1;
  const notJudged = [...new Set(summary.scopes.flatMap((scope) => scope.not_judged))];
  return (
    <Panel title={t("overview.normal")} aside={<Link to="/traffic">{t("overview.allProtocols")}</Link>}>
      <div className={classes.two}>
        <div>
          <h3 className={classes.small}>{t("overview.byProtocol")}</h3>
          {shown === undefined ? (
            <RowsLoading rows={5} />
          ) : (
            <ul>
              {shown.map((protocol) => (
                <li key={protocol.name}>
                  <Link
                    to="/traffic"
                    search={{ tab: "connections", protocol: [protocol.name] }}
                    className={`${classes.bar} ${classes.bare}`}
                  >
                    <span className={`${classes.barName} data`}>{visibleText(protocol.name)}</span>
                    <span>{formatShort(protocol.messages)}</span>
                    <Tube share={protocol.messages / most} />
                  </Link>
                </li>
              ))}
            </ul>
          )}
        </div>
        <div>
          <h3 className={classes.small}>{t("overview.byCategory")}</h3>
          <ul className={classes.categories}>
            {summary.activities_by_category.map(({ value, count }) => (
              <li key={value}>
                <Link to="/traffic" search={{ tab: "activities", category: [String(value)] }}>
                  <Tag tone={CATEGORY_TONES[String(value)] ?? "plain"}>
                    {words(visibleText(String(value)))} <strong>{formatCount(count)}</strong>
                  </Tag>
                </Link>
              </li>
            ))}
          </ul>
          <h3 className={classes.small}>{t("overview.baseline")}</h3>
          {notJudged.length === 0 ? (
            <p className="soft">{t("overview.baselineUsed")}</p>
          ) : (
            <>
              <p className="soft">{t("overview.notJudged", { count: notJudged.length })}</p>
              <details className={classes.details}>
                <summary>{t("overview.which")}</summary>
                <ul className="data">
                  {notJudged.map((name) => (
                    <li key={name}>{visibleText(name)}</li>
                  ))}
                </ul>
              </details>
            </>
          )}
        </div>
      </div>
    </Panel>
  );
}
