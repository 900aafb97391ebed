import { Button } from "@mantine/core";
import type { RowData } from "@tanstack/react-table";
import { useTranslation } from "react-i18next";
import { ColumnChoice, useHiddenColumns } from "@/shared/column-choice";
import type { Column } from "@/shared/data-table";
import { type Counts, facetOptions } from "@/shared/facets";
import { ClearFilters, Facet, FilterBar, SearchField } from "@/shared/filter-bar";
import { formatCount, words } from "@/shared/format";
import { Icon } from "@/shared/icons";
import { ListView } from "@/shared/list-view";
import { stringifySearch } from "@/shared/search-params";
import { NothingYet } from "@/shared/states";
import type { TrafficSearch } from "./search";

const HIDDEN_AT_FIRST = ["vlan", "evidence", "last_seen"];
const TRANSPORTS = ["tcp", "udp", "icmp", "icmpv6", "igmp", "sctp", "ip", "l2"];
const OUTCOMES = ["ok", "error", "unanswered"];

export interface TrafficListProps<T> {
  list: "connections" | "activities" | "values";
  columns: readonly Column<T>[];
  /** Order when the URL names none. */
  atFirst: string;
  search: TrafficSearch;
  onSearch: (search: TrafficSearch) => void;
  isFiltered: boolean;
  protocols: readonly string[];
  /** Categories to filter by, where the rows have one. */
  categories?: Counts;
  /** Whether the rows have a transport to filter by. */
  transports?: boolean;
  rows: T[] | undefined;
  total: number;
  error: Error | null;
  onRetry: () => void;
  onMore: (() => void) | undefined;
}

/** One filtered list of the traffic page. */
export function TrafficList<T extends RowData & { id: string }>(props: TrafficListProps<T>) {
  const { list, columns, atFirst, search, onSearch, isFiltered, protocols, categories, transports } = props;
  const { t } = useTranslation();
  const [hidden, setHidden] = useHiddenColumns(list, HIDDEN_AT_FIRST);
  const set = (change: Partial<TrafficSearch>) => onSearch({ ...search, ...change });
  const clear = () => onSearch({ tab: search.tab, sort: search.sort });
  const { tab: _tab, ...filter } = search;
  return (
    <>
      <FilterBar
        aside={
          <>
            {props.rows && (
              <span>{t("traffic.rows", { count: props.total, shown: formatCount(props.total) })}</span>
            )}
            <ColumnChoice columns={columns} hidden={hidden} onChange={setHidden} atFirst={HIDDEN_AT_FIRST} />
            <Button
              component="a"
              href={`/api/v1/${list}${stringifySearch({ ...filter, format: "csv" })}`}
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
          label={t(`traffic.search.${list}`)}
          value={search.q ?? ""}
          onChange={(q) => set({ q: q || undefined })}
        />
        <Facet
          label={t("traffic.protocol")}
          options={protocols.map((value) => ({ value }))}
          selected={search.protocol ?? []}
          onChange={(protocol) => set({ protocol })}
        />
        {transports && (
          <Facet
            label={t("traffic.transport")}
            options={TRANSPORTS.map((value) => ({ value }))}
            selected={search.transport ?? []}
            onChange={(transport) => set({ transport })}
          />
        )}
        {categories && (
          <>
            <Facet
              label={t("activity.category")}
              options={facetOptions(categories, { label: words })}
              selected={search.category ?? []}
              onChange={(category) => set({ category })}
            />
            <Facet
              label={t("activity.outcome")}
              options={OUTCOMES.map((value) => ({ value }))}
              selected={search.outcome ?? []}
              onChange={(outcome) => set({ outcome })}
            />
          </>
        )}
        {isFiltered && <ClearFilters onClear={clear} />}
      </FilterBar>
      <ListView
        label={t(`traffic.tab.${list}`)}
        columns={columns}
        hidden={hidden}
        rows={props.rows}
        rowId={(row) => row.id}
        total={props.total}
        sort={search.sort ?? atFirst}
        onSort={(sort) => set({ sort })}
        onMore={props.onMore}
        error={props.error}
        onRetry={props.onRetry}
        isFiltered={isFiltered}
        onClear={clear}
        empty={<NothingYet title={t(`traffic.none.${list}`)} hint={t(`traffic.noneHint.${list}`)} />}
      />
    </>
  );
}
