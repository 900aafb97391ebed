import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AlertDetail } from "@/api/types";
import { visibleText } from "@/shared/format";
import { Panel } from "@/shared/panel";
import { Time } from "@/shared/time";
import classes from "./alert.module.css";

/** What an operator says about an alert. */
export interface Verdict {
  status?: "new" | "active" | "closed" | "learned" | "muted";
  comment: string;
}

export interface VerdictPanelProps {
  status: AlertDetail["status"];
  learnable: boolean;
  writable: boolean;
  comments: AlertDetail["comments"];
  onVerdict: (verdict: Verdict) => void;
  isSaving: boolean;
  error: Error | null;
}

/** Status, comments and the buttons that change them. */
export function VerdictPanel(props: VerdictPanelProps) {
  const { status, learnable, writable, comments, onVerdict, isSaving, error } = props;
  const { t } = useTranslation();
  const [comment, setComment] = useState("");
  const isOpen = status === "new" || status === "active";
  const say = (next?: Verdict["status"]) => onVerdict({ status: next, comment: comment.trim() });
  const button = (next: NonNullable<Verdict["status"]>, main = false) => (
    <Button size="xs" variant={main ? "filled" : "default"} disabled={isSaving} onClick={() => say(next)}>
      {t(`verdict.${next}`)}
    </Button>
  );
  return (
    <Panel title={t("verdict.title")} aside={t(`status.${status}`)}>
      {comments.length > 0 && (
        <ul className={classes.comments}>
          {comments.map((item) => (
            <li key={item.id}>
              <span className="faint">
                {visibleText(item.author)} · <Time at={item.written_at} />
              </span>
              <p className={classes.prose}>{visibleText(item.text)}</p>
            </li>
          ))}
        </ul>
      )}
      {writable ? (
        <>
          <Textarea
            size="xs"
            label={t("verdict.comment")}
            value={comment}
            onChange={(event) => setComment(event.currentTarget.value)}
            autosize
            minRows={2}
            maxLength={4000}
          />
          <div className={classes.buttons}>
            {isOpen && status === "new" && button("active", true)}
            {isOpen && button("closed", status === "active")}
            {isOpen && learnable && button("learned")}
            {isOpen && button("muted")}
            {!isOpen && button("new")}
            <Button
              size="xs"
              variant="subtle"
              disabled={isSaving || comment.trim() === ""}
              onClick={() => say()}
            >
              {t("verdict.commentOnly")}
            </Button>
          </div>
          <p className={classes.hint}>{t(learnable ? "verdict.hintLearn" : "verdict.hint")}</p>
          {error && (
            <p role="alert" className={classes.error}>
              {error.message}
            </p>
          )}
        </>
      ) : (
        <p className="soft">{t("verdict.readOnly")}</p>
      )}
    </Panel>
  );
}
