import { Button, Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Icon, type IconName } from "./icons";
import classes from "./states.module.css";

export interface NoticeProps {
  icon?: IconName;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  /** Reported to assistive technology at once, for failures. */
  urgent?: boolean;
}

/** A designed state in the place of content: what is the case, why, and what to do. */
export function Notice({ icon = "eye", title, children, action, urgent = false }: NoticeProps) {
  return (
    <div className={classes.notice} role={urgent ? "alert" : "status"}>
      <span className={classes.port}>
        <Icon name={icon} size={22} />
      </span>
      <div className={classes.body}>
        <p className={classes.title}>{title}</p>
        {children && <div className={classes.text}>{children}</div>}
        {action && <div className={classes.action}>{action}</div>}
      </div>
    </div>
  );
}

/** There is nothing yet, filters aside. */
export function NothingYet({ title, hint }: { title: string; hint: string }) {
  return <Notice title={title}>{hint}</Notice>;
}

/** Filters hide everything; offers to take them off. */
export function NoMatch({ onClear }: { onClear: () => void }) {
  const { t } = useTranslation();
  return (
    <Notice
      icon="filter"
      title={t("state.noMatch")}
      action={
        <Button variant="default" size="xs" onClick={onClear}>
          {t("filter.clearAll")}
        </Button>
      }
    >
      {t("state.noMatchHint")}
    </Notice>
  );
}

/** A request failed: what the server said, and a way to try again. */
export function Failed({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const { t } = useTranslation();
  return (
    <Notice
      icon="alerts"
      urgent
      title={t("state.failed")}
      action={
        onRetry && (
          <Button variant="default" size="xs" onClick={onRetry}>
            {t("state.retry")}
          </Button>
        )
      }
    >
      {error.message}
    </Notice>
  );
}

/** Grey bars in the place of rows that are on their way. */
export function RowsLoading({ rows = 8 }: { rows?: number }) {
  const { t } = useTranslation();
  return (
    <div className={classes.rows} role="status" aria-busy="true">
      <span className="visually-hidden">{t("state.loading")}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity.
        <Skeleton key={row} height={14} width={`${92 - ((row * 17) % 40)}%`} radius={3} />
      ))}
    </div>
  );
}
