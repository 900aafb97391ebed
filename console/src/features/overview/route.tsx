import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, unwrap } from "@/api/client";
import { summaryQuery } from "@/api/queries";
import { Loaded } from "@/shared/loaded";
import { Page } from "@/shared/page";
import { OverviewLoading, OverviewPage } from "./overview-page";

/** Few rows of each: the overview names the worst and links to the rest. */
const FEW = 6;

/** Binds the overview to its data. */
export function OverviewRoute() {
  const { t } = useTranslation();
  const summary = useQuery(summaryQuery);
  const protocols = useQuery({
    queryKey: ["protocols"],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/protocols", { signal })),
  });
  const unknown = useQuery({
    queryKey: ["unknown"],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/unknown", { signal })),
  });
  const findings = useQuery({
    queryKey: ["findings", "worst"],
    queryFn: ({ signal }) =>
      unwrap(client.GET("/api/v1/findings", { params: { query: { sort: "-score", limit: FEW } }, signal })),
  });
  const exploited = useQuery({
    queryKey: ["findings", "kev"],
    queryFn: ({ signal }) =>
      unwrap(client.GET("/api/v1/findings", { params: { query: { kev: true, limit: 1 } }, signal })),
  });
  return (
    <Page title={t("nav.overview")}>
      <Loaded query={summary} loading={<OverviewLoading />}>
        {(data) => (
          <OverviewPage
            summary={data}
            protocols={protocols.data?.items}
            unknown={unknown.data?.items}
            worstFindings={findings.data?.items}
            exploited={exploited.data?.total}
          />
        )}
      </Loaded>
    </Page>
  );
}
