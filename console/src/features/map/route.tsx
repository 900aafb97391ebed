import { queryOptions, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, unwrap } from "@/api/client";
import { Loaded } from "@/shared/loaded";
import { Page } from "@/shared/page";
import { RowsLoading } from "@/shared/states";
import { MapPage } from "./map-page";
import type { MapSearch } from "./search";

const mapQuery = queryOptions({
  queryKey: ["map"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/v1/map", { signal })),
});

export interface MapRouteProps {
  search: MapSearch;
  onSearch: (search: MapSearch) => void;
}

/** Binds the map to its data. */
export function MapRoute({ search, onSearch }: MapRouteProps) {
  const { t } = useTranslation();
  const map = useQuery(mapQuery);
  if (map.data) return <MapPage map={map.data} search={search} onSearch={onSearch} />;
  return (
    <Page title={t("nav.map")}>
      <Loaded query={map} loading={<RowsLoading rows={10} />}>
        {() => null}
      </Loaded>
    </Page>
  );
}
