import { Button } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { AlertSummary } from "@/api/types";
import { alertColumns } from "@/shared/alert-columns";
import { ColumnChoice, useHiddenColumns } from "@/shared/column-choice";
import { ClearFilters, Facet, FilterBar, SearchField } from "@/shared/filter-bar";
import { formatCount } from "@/shared/format";
import { Icon } from "@/shared/icons";
import { ListView } from "@/shared/list-view";
import { Page } from "@/shared/page";
import { Severity } from "@/shared/severity";
import { NothingYet } from "@/shared/states";
import { type AlertSearch, ENGINES, isFiltered, SEVERITIES, STATUSES } from "./search";

/** Columns not shown until somebody asks for them. */
const HIDDEN_AT_FIRST = ["engine", "first_seen", "attack", "detection"];

export interface AlertsPageProps {
  search: AlertSearch;
  onSearch: (search: AlertSearch) => void;
  rows: AlertSummary[] | undefined;
  total: number;
  /** Protocols to offer as filter. */
  protocols: readonly string[];
  error: Error | null;
  onRetry: () => void;
  onMore: (() => void) | undefined;
  csvHref: string;
}

/** Everything somebody should look at, worst first. */
export function AlertsPage(props: AlertsPageProps) {
  const { search, onSearch, rows, total, protocols, error, onRetry, onMore, csvHref } = props;
  const { t } = useTranslation();
  const [hidden, setHidden] = useHiddenColumns("alerts", HIDDEN_AT_FIRST);
  const columns = useMemo(() => alertColumns(t), [t]);
  const set = (change: Partial<AlertSearch>) => onSearch({ ...search, ...change });
  const clear = () => onSearch({ sort: search.sort });
  const filtered = isFiltered(search);

  return (
    <Page
      fill
      title={t("nav.alerts")}
      aside={
        rows && (
          <span>
            {t(filtered ? "alerts.matching" : "alerts.total", { count: total, shown: formatCount(total) })}
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
          label={t("alerts.search")}
          value={search.q ?? ""}
          onChange={(q) => set({ q: q || undefined })}
        />
        <Facet
          label={t("alert.severity")}
          options={SEVERITIES.map((value) => ({ value, label: <Severity value={value} /> }))}
          selected={search.severity ?? []}
          onChange={(severity) => set({ severity })}
        />
        <Facet
          label={t("alert.engine")}
          options={ENGINES.map((value) => ({ value, label: t(`engine.${value}`) }))}
          selected={search.engine ?? []}
          onChange={(engine) => set({ engine })}
        />
        <Facet
          label={t("alert.status")}
          options={STATUSES.map((value) => ({ value, label: t(`status.${value}`) }))}
          selected={search.status ?? []}
          onChange={(status) => set({ status })}
        />
        <Facet
          label={t("alert.protocol")}
          options={protocols.map((value) => ({ value }))}
          selected={search.protocol ?? []}
          onChange={(protocol) => set({ protocol })}
        />
        {filtered && <ClearFilters onClear={clear} />}
      </FilterBar>
      <ListView
        label={t("nav.alerts")}
        columns={columns}
        hidden={hidden}
        rows={rows}
        rowId={(row) => row.id}
        total={total}
        sort={search.sort ?? "-severity"}
        onSort={(sort) => set({ sort })}
        onMore={onMore}
        error={error}
        onRetry={onRetry}
        isFiltered={filtered}
        onClear={clear}
        empty={<NothingYet title={t("alerts.none")} hint={t("alerts.noneHint")} />}
      />
    </Page>
  );
}
