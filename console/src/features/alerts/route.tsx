import { queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { client, unwrap } from "@/api/client";
import { listQuery, PAGE_ROWS, summaryQuery } from "@/api/queries";
import { Loaded } from "@/shared/loaded";
import { stringifySearch } from "@/shared/search-params";
import { useRows } from "@/shared/use-rows";
import { AlertPage } from "./alert-page";
import { AlertsPage } from "./alerts-page";
import { type AlertSearch, toFilter } from "./search";
import type { Verdict } from "./verdict-panel";

const alertsQuery = (search: AlertSearch) =>
  listQuery(["alerts", search], (cursor, signal) =>
    unwrap(
      client.GET("/api/v1/alerts", {
        params: { query: { ...toFilter(search), limit: PAGE_ROWS, cursor } },
        signal,
      }),
    ),
  );

const alertQuery = (alertId: string) =>
  queryOptions({
    queryKey: ["alert", alertId],
    queryFn: ({ signal }) =>
      unwrap(client.GET("/api/v1/alerts/{alert_id}", { params: { path: { alert_id: alertId } }, signal })),
  });

export interface AlertsRouteProps {
  search: AlertSearch;
  onSearch: (search: AlertSearch) => void;
}

/** Binds the alert list to its data. */
export function AlertsRoute({ search, onSearch }: AlertsRouteProps) {
  const list = useInfiniteQuery(alertsQuery(search));
  const summary = useQuery(summaryQuery);
  const { refetch } = list;
  const retry = useCallback(() => void refetch(), [refetch]);
  return (
    <AlertsPage
      search={search}
      onSearch={onSearch}
      {...useRows(list)}
      protocols={summary.data?.protocols ?? []}
      error={list.error}
      onRetry={retry}
      csvHref={`/api/v1/alerts${stringifySearch({ ...toFilter(search), format: "csv" })}`}
    />
  );
}

/** Binds one alert to its data and takes verdicts. */
export function AlertRoute({ alertId }: { alertId: string }) {
  const queryClient = useQueryClient();
  const alert = useQuery(alertQuery(alertId));
  const summary = useQuery(summaryQuery);
  const save = useMutation({
    mutationFn: ({ status, comment }: Verdict) =>
      unwrap(
        client.PATCH("/api/v1/alerts/{alert_id}", {
          params: { path: { alert_id: alertId } },
          body: { status, comment },
        }),
      ),
    onSuccess: (changed) => {
      queryClient.setQueryData(alertQuery(alertId).queryKey, changed);
      void queryClient.invalidateQueries({ queryKey: ["alerts"] });
      void queryClient.invalidateQueries({ queryKey: ["summary"] });
    },
  });
  return (
    <Loaded query={alert}>
      {(data) => (
        <AlertPage
          alert={data}
          writable={summary.data?.editable ?? false}
          onVerdict={save.mutate}
          isSaving={save.isPending}
          saveError={save.error}
        />
      )}
    </Loaded>
  );
}
