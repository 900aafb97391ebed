import { queryOptions, type UseInfiniteQueryResult, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { client, unwrap } from "@/api/client";
import { listQuery, PAGE_ROWS, summaryQuery } from "@/api/queries";
import { activityColumns } from "@/shared/activity-columns";
import { connectionColumns } from "@/shared/connection-columns";
import { Loaded } from "@/shared/loaded";
import { useRows } from "@/shared/use-rows";
import { valueColumns } from "@/shared/value-columns";
import { ProtocolsView } from "./protocols-view";
import { isFiltered, type TrafficSearch } from "./search";
import { TrafficList } from "./traffic-list";
import { TrafficPage } from "./traffic-page";
import { UnknownView } from "./unknown-view";

const protocolsQuery = queryOptions({
  queryKey: ["protocols"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/v1/protocols", { signal })),
});
const unknownQuery = queryOptions({
  queryKey: ["unknown"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/v1/unknown", { signal })),
});

const connectionsQuery = ({ q, protocol, transport, sort }: TrafficSearch) =>
  listQuery(["connections", { q, protocol, transport, sort }], (cursor, signal) =>
    unwrap(
      client.GET("/api/v1/connections", {
        params: { query: { q, protocol, transport, sort, limit: PAGE_ROWS, cursor } },
        signal,
      }),
    ),
  );
const activitiesQuery = ({ q, protocol, category, outcome, sort }: TrafficSearch) =>
  listQuery(["activities", { q, protocol, category, outcome, sort }], (cursor, signal) =>
    unwrap(
      client.GET("/api/v1/activities", {
        params: { query: { q, protocol, category, outcome, sort, limit: PAGE_ROWS, cursor } },
        signal,
      }),
    ),
  );
const valuesQuery = ({ q, protocol, sort }: TrafficSearch) =>
  listQuery(["values", { q, protocol, sort }], (cursor, signal) =>
    unwrap(
      client.GET("/api/v1/values", {
        params: { query: { q, protocol, sort, limit: PAGE_ROWS, cursor } },
        signal,
      }),
    ),
  );

export interface TrafficRouteProps {
  search: TrafficSearch;
  onSearch: (search: TrafficSearch) => void;
}

/** Binds the views of the traffic page to their data. */
export function TrafficRoute({ search, onSearch }: TrafficRouteProps) {
  const tab = search.tab ?? "protocols";
  const View = {
    protocols: Protocols,
    connections: Connections,
    activities: Activities,
    values: Values,
    unknown: Unknown,
  }[tab];
  return (
    <TrafficPage tab={tab} onTab={(next) => onSearch({ tab: next === "protocols" ? undefined : next })}>
      <View search={search} onSearch={onSearch} />
    </TrafficPage>
  );
}

function Protocols() {
  const protocols = useQuery(protocolsQuery);
  return <Loaded query={protocols}>{({ items }) => <ProtocolsView protocols={items} />}</Loaded>;
}

function Unknown() {
  const unknown = useQuery(unknownQuery);
  const summary = useQuery(summaryQuery);
  return (
    <Loaded query={unknown}>
      {({ items }) => <UnknownView items={items} scopes={summary.data?.scopes ?? []} />}
    </Loaded>
  );
}

/** What every list of this page needs beside its columns. */
function useListProps<T>(
  query: UseInfiniteQueryResult<{ pages: { items: T[]; total: number }[]; pageParams: unknown[] }>,
  { search, onSearch }: TrafficRouteProps,
) {
  const summary = useQuery(summaryQuery);
  return {
    ...useRows(query),
    search,
    onSearch,
    isFiltered: isFiltered(search),
    protocols: summary.data?.protocols ?? [],
    error: query.error,
    onRetry: () => void query.refetch(),
  };
}

function Connections(props: TrafficRouteProps) {
  const { t } = useTranslation();
  const columns = useMemo(() => connectionColumns(t), [t]);
  const shared = useListProps(useInfiniteQuery(connectionsQuery(props.search)), props);
  return <TrafficList {...shared} list="connections" columns={columns} atFirst="-bytes" transports />;
}

function Activities(props: TrafficRouteProps) {
  const { t } = useTranslation();
  const summary = useQuery(summaryQuery);
  const columns = useMemo(() => activityColumns(t), [t]);
  const shared = useListProps(useInfiniteQuery(activitiesQuery(props.search)), props);
  return (
    <TrafficList
      {...shared}
      list="activities"
      columns={columns}
      atFirst="-count"
      categories={summary.data?.activities_by_category ?? []}
    />
  );
}

function Values(props: TrafficRouteProps) {
  const { t } = useTranslation();
  const columns = useMemo(() => valueColumns(t), [t]);
  const shared = useListProps(useInfiniteQuery(valuesQuery(props.search)), props);
  return <TrafficList {...shared} list="values" columns={columns} atFirst="server" />;
}
