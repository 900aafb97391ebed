import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "@/shared/page";
import { Notice } from "@/shared/states";

/** For an address that is no page. */
export function NotFound() {
  const { t } = useTranslation();
  return (
    <Page title={t("state.noPage")}>
      <Notice icon="unknown" title={t("state.noPageHint")}>
        <Link to="/">{t("nav.overview")}</Link>
      </Notice>
    </Page>
  );
}
