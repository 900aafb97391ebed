import { Button } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { DeviceFacets, DeviceSummary } from "@/api/types";
import { ColumnChoice, useHiddenColumns } from "@/shared/column-choice";
import { facetOptions } from "@/shared/facets";
import { ClearFilters, Facet, FilterBar, SearchField } from "@/shared/filter-bar";
import { formatCount, words } from "@/shared/format";
import { Icon } from "@/shared/icons";
import { ListView } from "@/shared/list-view";
import { Page } from "@/shared/page";
import { NothingYet } from "@/shared/states";
import { deviceColumns, HIDDEN_AT_FIRST } from "./columns";
import { type DeviceSearch, isFiltered } from "./search";

export interface DevicesPageProps {
  search: DeviceSearch;
  onSearch: (search: DeviceSearch) => void;
  rows: DeviceSummary[] | undefined;
  total: number;
  facets: DeviceFacets | undefined;
  error: Error | null;
  onRetry: () => void;
  onMore: (() => void) | undefined;
  /** Address of the same list as a CSV file. */
  csvHref: string;
}

/** The inventory: every device with filters, order and search kept in the URL. */
export function DevicesPage(props: DevicesPageProps) {
  const { search, onSearch, rows, total, facets, error, onRetry, onMore, csvHref } = props;
  const { t } = useTranslation();
  const [hidden, setHidden] = useHiddenColumns("devices", HIDDEN_AT_FIRST);
  const columns = useMemo(() => deviceColumns(t), [t]);
  const set = (change: Partial<DeviceSearch>) => onSearch({ ...search, ...change });
  const clear = () => onSearch({ sort: search.sort });
  const filtered = isFiltered(search);
  const attention = [
    search.has_alerts && "has_alerts",
    search.has_findings && "has_findings",
    search.unauthorized && "unauthorized",
    search.important && "important",
  ].filter((name) => typeof name === "string");

  return (
    <Page
      fill
      title={t("nav.devices")}
      aside={
        rows && (
          <span>
            {t(filtered ? "devices.matching" : "devices.total", { count: total, shown: formatCount(total) })}
          </span>
        )
      }
    >
      <FilterBar
        aside={
          <>
            <ColumnChoice columns={columns} hidden={hidden} onChange={setHidden} atFirst={HIDDEN_AT_FIRST} />
            <Button
              component="a"
              href={csvHref}
              download
              variant="default"
              size="xs"
              leftSection={<Icon name="download" size={14} />}
            >
              {t("table.csv")}
            </Button>
          </>
        }
      >
        <SearchField
          label={t("devices.search")}
          value={search.q ?? ""}
          onChange={(q) => set({ q: q || undefined })}
        />
        <Facet
          label={t("device.type")}
          options={facetOptions(facets?.type)}
          selected={search.type ?? []}
          onChange={(type) => set({ type })}
        />
        <Facet
          label={t("device.vendor")}
          options={facetOptions(facets?.vendor)}
          selected={search.vendor ?? []}
          onChange={(vendor) => set({ vendor })}
        />
        <Facet
          label={t("device.level")}
          options={facetOptions(facets?.purdue_level, {
            label: (value) => t("level.short", { value }),
            none: t("facet.none"),
          })}
          selected={search.purdue_level ?? []}
          onChange={(purdue_level) => set({ purdue_level })}
        />
        <Facet
          label={t("device.protocols")}
          options={facetOptions(facets?.protocol)}
          selected={search.protocol ?? []}
          onChange={(protocol) => set({ protocol })}
        />
        <Facet
          label={t("device.roles")}
          options={facetOptions(facets?.role, { label: words })}
          selected={search.role ?? []}
          onChange={(role) => set({ role })}
        />
        <Facet
          label={t("device.kind")}
          options={facetOptions(facets?.kind)}
          selected={search.kind ?? []}
          onChange={(kind) => set({ kind })}
        />
        <Facet
          label={t("devices.attention")}
          options={(["has_alerts", "has_findings", "unauthorized", "important"] as const).map((value) => ({
            value,
            label: t(`devices.flag.${value}`),
          }))}
          selected={attention}
          onChange={(wanted) =>
            set({
              has_alerts: wanted.includes("has_alerts") || undefined,
              has_findings: wanted.includes("has_findings") || undefined,
              unauthorized: wanted.includes("unauthorized") || undefined,
              important: wanted.includes("important") || undefined,
            })
          }
        />
        {filtered && <ClearFilters onClear={clear} />}
      </FilterBar>
      <ListView
        label={t("nav.devices")}
        columns={columns}
        hidden={hidden}
        rows={rows}
        rowId={(row) => row.id}
        total={total}
        sort={search.sort ?? "name"}
        onSort={(sort) => set({ sort })}
        onMore={onMore}
        error={error}
        onRetry={onRetry}
        isFiltered={filtered}
        onClear={clear}
        empty={<NothingYet title={t("devices.none")} hint={t("devices.noneHint")} />}
      />
    </Page>
  );
}
