import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { summaryQuery } from "@/api/queries";
import { formatCount, formatSpan, visibleText } from "@/shared/format";
import { Time } from "@/shared/time";
import classes from "./capture-strip.module.css";

/** What is being looked at: name, scope and time, on every page. */
export function CaptureStrip() {
  const { t } = useTranslation();
  const { data } = useQuery(summaryQuery);
  if (!data) return <div className={classes.strip} />;
  const [scope] = data.scopes;
  return (
    <div className={classes.strip}>
      <strong className={classes.title}>{visibleText(data.title || t("nav.results"))}</strong>
      <span className={classes.scope}>
        {data.scopes.length === 1 && scope
          ? `${visibleText(scope.site)} / ${visibleText(scope.zone)}`
          : t("nav.scopes", { count: data.scopes.length })}
      </span>
      {data.first_time && (
        <span className={classes.window}>
          <Time at={data.first_time} />{" "}
          <span className="faint">{formatSpan(data.first_time, data.last_time)}</span>
        </span>
      )}
      <span className={classes.packets}>{t("nav.packets", { shown: formatCount(data.packets) })}</span>
      {!data.editable && <span className={classes.mode}>{t("nav.readOnly")}</span>}
    </div>
  );
}
