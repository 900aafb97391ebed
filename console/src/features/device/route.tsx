import { queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { client, unwrap } from "@/api/client";
import { listQuery, PAGE_ROWS, summaryQuery } from "@/api/queries";
import type { DeviceDetail } from "@/api/types";
import { activityColumns } from "@/shared/activity-columns";
import { alertColumns } from "@/shared/alert-columns";
import { findingColumns } from "@/shared/finding-columns";
import { FindingDrawer } from "@/shared/finding-drawer";
import { ListView } from "@/shared/list-view";
import { Loaded } from "@/shared/loaded";
import { NothingYet } from "@/shared/states";
import { useRows } from "@/shared/use-rows";
import { valueColumns } from "@/shared/value-columns";
import { type DeviceEdit, DevicePage } from "./device-page";
import { IdentityTab } from "./identity-tab";
import { PeersTab } from "./peers-tab";
import type { DevicePageSearch } from "./search";
import { eventKey, timelineColumns } from "./timeline-columns";

const deviceQuery = (id: string) =>
  queryOptions({
    queryKey: ["device", id],
    queryFn: ({ signal }) =>
      unwrap(client.GET("/api/v1/devices/{device_id}", { params: { path: { device_id: id } }, signal })),
  });

/** Parameters of a list that belongs to one device. */
const of = (id: string, sort: string | undefined, cursor: string | undefined) => ({
  path: { device_id: id },
  query: { sort, limit: PAGE_ROWS, cursor },
});
const connectionsQuery = (id: string) =>
  listQuery(["device", id, "connections"], (cursor, signal) =>
    unwrap(
      client.GET("/api/v1/devices/{device_id}/connections", { params: of(id, undefined, cursor), signal }),
    ),
  );
const activitiesQuery = (id: string, sort?: string) =>
  listQuery(["device", id, "activities", sort], (cursor, signal) =>
    unwrap(client.GET("/api/v1/devices/{device_id}/activities", { params: of(id, sort, cursor), signal })),
  );
const alertsQuery = (id: string, sort?: string) =>
  listQuery(["device", id, "alerts", sort], (cursor, signal) =>
    unwrap(client.GET("/api/v1/devices/{device_id}/alerts", { params: of(id, sort, cursor), signal })),
  );
const findingsQuery = (id: string, sort?: string) =>
  listQuery(["device", id, "findings", sort], (cursor, signal) =>
    unwrap(client.GET("/api/v1/devices/{device_id}/findings", { params: of(id, sort, cursor), signal })),
  );
const valuesQuery = (id: string, sort?: string) =>
  listQuery(["device", id, "values", sort], (cursor, signal) =>
    unwrap(
      client.GET("/api/v1/values", {
        params: { query: { server: [id], sort: sort ?? "object", limit: PAGE_ROWS, cursor } },
        signal,
      }),
    ),
  );

const timelineQuery = (id: string) =>
  listQuery(["device", id, "timeline"], async (cursor, signal) => {
    const query = { kind: "occurrence", device: id, limit: PAGE_ROWS, offset: Number(cursor ?? 0) } as const;
    const { items, next } = await unwrap(client.GET("/api/v1/events", { params: { query }, signal }));
    // The total counts other devices' events too, so the end is known only when it is reached.
    return { items, next: next === null ? null : String(next), total: items.length };
  });

export interface DeviceRouteProps {
  deviceId: string;
  search: DevicePageSearch;
  onSearch: (search: DevicePageSearch) => void;
}

interface TabProps {
  id: string;
  search: DevicePageSearch;
  onSearch: (search: DevicePageSearch) => void;
}

/** Binds the device page to its data and takes edits. */
export function DeviceRoute({ deviceId, search, onSearch }: DeviceRouteProps) {
  const queryClient = useQueryClient();
  const device = useQuery(deviceQuery(deviceId));
  const summary = useQuery(summaryQuery);
  const save = useMutation({
    mutationFn: (edit: DeviceEdit) =>
      unwrap(
        client.PATCH("/api/v1/devices/{device_id}", {
          params: { path: { device_id: deviceId } },
          body: edit,
        }),
      ),
    onSuccess: (changed) => {
      queryClient.setQueryData(deviceQuery(deviceId).queryKey, changed);
      void queryClient.invalidateQueries({ queryKey: ["devices"] });
      void queryClient.invalidateQueries({ queryKey: ["map"] });
    },
  });
  const tab = search.tab ?? "identity";
  const props = { id: deviceId, search, onSearch };
  return (
    <Loaded query={device}>
      {(data) => (
        <DevicePage
          device={data}
          tab={tab}
          onTab={(next) => onSearch({ tab: next === "identity" ? undefined : next })}
          writable={summary.data?.editable ?? false}
          onEdit={save.mutate}
          isSaving={save.isPending}
          saveError={save.error}
        >
          {tab === "identity" && <IdentityTab device={data} />}
          {tab === "peers" && <Peers device={data} />}
          {tab === "activities" && <Activities {...props} />}
          {tab === "timeline" && <Timeline {...props} />}
          {tab === "alerts" && <Alerts {...props} />}
          {tab === "findings" && <Findings {...props} />}
          {tab === "values" && <Values {...props} />}
        </DevicePage>
      )}
    </Loaded>
  );
}

function Peers({ device }: { device: DeviceDetail }) {
  const list = useInfiniteQuery(connectionsQuery(device.id));
  const { rows, total, onMore } = useRows(list);
  return (
    <Loaded query={{ data: rows, error: list.error, refetch: list.refetch }}>
      {(connections) => <PeersTab device={device} connections={connections} total={total} onMore={onMore} />}
    </Loaded>
  );
}

/** State of a list that nothing filters. */
function unfiltered(list: { error: Error | null; refetch: () => unknown }) {
  return { error: list.error, onRetry: () => void list.refetch(), isFiltered: false, onClear: () => {} };
}

function Activities({ id, search, onSearch }: TabProps) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(activitiesQuery(id, search.sort));
  const columns = useMemo(() => activityColumns(t), [t]);
  return (
    <ListView
      label={t("deviceTab.activities")}
      columns={columns}
      hidden={["last_seen", "evidence"]}
      rowId={(row) => row.id}
      sort={search.sort ?? "-count"}
      onSort={(sort) => onSearch({ ...search, sort })}
      {...useRows(list)}
      {...unfiltered(list)}
      empty={<NothingYet title={t("traffic.none.activities")} hint={t("traffic.noneHint.activities")} />}
    />
  );
}

function Timeline({ id }: TabProps) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(timelineQuery(id));
  const columns = useMemo(() => timelineColumns(t), [t]);
  const { rows, onMore } = useRows(list);
  return (
    <ListView
      label={t("deviceTab.timeline")}
      columns={columns}
      rowId={eventKey}
      rows={rows}
      onMore={onMore}
      {...unfiltered(list)}
      empty={<NothingYet title={t("timeline.none")} hint={t("timeline.noneHint")} />}
    />
  );
}

function Alerts({ id, search, onSearch }: TabProps) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(alertsQuery(id, search.sort));
  const columns = useMemo(() => alertColumns(t), [t]);
  return (
    <ListView
      label={t("nav.alerts")}
      columns={columns}
      hidden={["engine", "first_seen", "attack", "detection"]}
      rowId={(row) => row.id}
      sort={search.sort ?? "-severity"}
      onSort={(sort) => onSearch({ ...search, sort })}
      {...useRows(list)}
      {...unfiltered(list)}
      empty={<NothingYet title={t("alerts.none")} hint={t("alerts.noneForDevice")} />}
    />
  );
}

function Findings({ id, search, onSearch }: TabProps) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(findingsQuery(id, search.sort));
  const columns = useMemo(
    () => findingColumns(t, (open) => onSearch({ ...search, open })),
    [t, search, onSearch],
  );
  const shown = useRows(list);
  return (
    <>
      <ListView
        label={t("nav.vulnerabilities")}
        columns={columns}
        hidden={["device"]}
        rowId={(row) => row.id}
        sort={search.sort ?? "-score"}
        onSort={(sort) => onSearch({ ...search, sort })}
        {...shown}
        {...unfiltered(list)}
        empty={<NothingYet title={t("findings.none")} hint={t("findings.noneForDevice")} />}
      />
      <FindingDrawer
        finding={search.open === undefined ? undefined : shown.rows?.find((row) => row.id === search.open)}
        onClose={() => onSearch({ ...search, open: undefined })}
      />
    </>
  );
}

function Values({ id, search, onSearch }: TabProps) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(valuesQuery(id, search.sort));
  const columns = useMemo(() => valueColumns(t), [t]);
  return (
    <ListView
      label={t("traffic.tab.values")}
      columns={columns}
      hidden={["server"]}
      rowId={(row) => row.id}
      sort={search.sort ?? "object"}
      onSort={(sort) => onSearch({ ...search, sort })}
      {...useRows(list)}
      {...unfiltered(list)}
      empty={<NothingYet title={t("traffic.none.values")} hint={t("traffic.noneHint.values")} />}
    />
  );
}
