import { keepPreviousData, queryOptions, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { client, unwrap } from "@/api/client";
import { listQuery, PAGE_ROWS } from "@/api/queries";
import { stringifySearch } from "@/shared/search-params";
import { useRows } from "@/shared/use-rows";
import { DevicesPage } from "./devices-page";
import type { DeviceSearch } from "./search";

/** The filter in the words of the API. */
function toFilter({ unauthorized, purdue_level, kind, ...rest }: DeviceSearch) {
  const levels = purdue_level?.map(Number).filter(Number.isFinite);
  const kinds = ["device", "external", "referred"] as const;
  return {
    ...rest,
    purdue_level: levels,
    kind: kinds.filter((known) => kind?.includes(known)),
    authorized: unauthorized ? false : undefined,
  };
}

const devicesQuery = (search: DeviceSearch) =>
  listQuery(["devices", search], (cursor, signal) =>
    unwrap(
      client.GET("/api/v1/devices", {
        params: { query: { ...toFilter(search), limit: PAGE_ROWS, cursor } },
        signal,
      }),
    ),
  );

// Facets of the whole list: choosing one vendor must not take the others off the menu.
const facetsQuery = queryOptions({
  queryKey: ["devices", "facets"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/v1/devices/facets", { signal })),
  placeholderData: keepPreviousData,
});

export interface DevicesRouteProps {
  search: DeviceSearch;
  onSearch: (search: DeviceSearch) => void;
}

/** Binds the device list to its data. */
export function DevicesRoute({ search, onSearch }: DevicesRouteProps) {
  const list = useInfiniteQuery(devicesQuery(search));
  const facets = useQuery(facetsQuery);
  const { refetch } = list;
  const retry = useCallback(() => void refetch(), [refetch]);
  return (
    <DevicesPage
      search={search}
      onSearch={onSearch}
      {...useRows(list)}
      facets={facets.data}
      error={list.error}
      onRetry={retry}
      csvHref={`/api/v1/devices${stringifySearch({ ...toFilter(search), format: "csv" })}`}
    />
  );
}
