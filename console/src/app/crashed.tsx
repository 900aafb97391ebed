import type { ErrorComponentProps } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "@/shared/page";
import { Failed } from "@/shared/states";

/** In the place of a page that could not be drawn. */
export function Crashed({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  return (
    <Page title={t("state.crashed")}>
      <Failed error={error instanceof Error ? error : new Error(String(error))} onRetry={reset} />
    </Page>
  );
}
