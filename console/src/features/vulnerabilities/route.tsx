import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { client, unwrap } from "@/api/client";
import { listQuery, PAGE_ROWS } from "@/api/queries";
import { stringifySearch } from "@/shared/search-params";
import { useRows } from "@/shared/use-rows";
import type { FindingSearch } from "./search";
import { VulnerabilitiesPage } from "./vulnerabilities-page";

/** The filter in the words of the API. */
function toFilter({ open: _open, confidence, ...rest }: FindingSearch) {
  const levels = ["confirmed", "probable", "possible"] as const;
  return { ...rest, confidence: levels.filter((level) => confidence?.includes(level)) };
}

const findingsQuery = (search: FindingSearch) => {
  const query = toFilter(search);
  return listQuery(["findings", query], (cursor, signal) =>
    unwrap(
      client.GET("/api/v1/findings", { params: { query: { ...query, limit: PAGE_ROWS, cursor } }, signal }),
    ),
  );
};

export interface VulnerabilitiesRouteProps {
  search: FindingSearch;
  onSearch: (search: FindingSearch) => void;
}

/** Binds the findings to their data. */
export function VulnerabilitiesRoute({ search, onSearch }: VulnerabilitiesRouteProps) {
  const list = useInfiniteQuery(findingsQuery(search));
  const { refetch } = list;
  const retry = useCallback(() => void refetch(), [refetch]);
  return (
    <VulnerabilitiesPage
      search={search}
      onSearch={onSearch}
      {...useRows(list)}
      error={list.error}
      onRetry={retry}
      csvHref={`/api/v1/findings${stringifySearch({ ...toFilter(search), format: "csv" })}`}
    />
  );
}
