import { useTranslation } from "react-i18next";
import { LogoMark } from "@/shared/logo";
import classes from "./session-ended.module.css";

/** The whole window when the one-time link is used up or the session is over. */
export function SessionEnded() {
  const { t } = useTranslation();
  return (
    <main id="main" className={classes.page}>
      <div className={classes.card}>
        <div className={classes.head}>
          <LogoMark size={52} />
          <h1>{t("session.title")}</h1>
        </div>
        <p>{t("session.why")}</p>
        <p>{t("session.what")}</p>
        <pre className={classes.command}>sightglass open DIR</pre>
        <p className="soft">{t("session.remote")}</p>
      </div>
    </main>
  );
}
