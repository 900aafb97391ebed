import { Button } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Finding } from "@/api/types";
import { ColumnChoice, useHiddenColumns } from "@/shared/column-choice";
import { MatchLevel } from "@/shared/confidence";
import { ClearFilters, Facet, FilterBar, SearchField } from "@/shared/filter-bar";
import { findingColumns } from "@/shared/finding-columns";
import { FindingDrawer } from "@/shared/finding-drawer";
import { formatCount } from "@/shared/format";
import { Icon } from "@/shared/icons";
import { ListView } from "@/shared/list-view";
import { Page } from "@/shared/page";
import { Severity } from "@/shared/severity";
import { NothingYet } from "@/shared/states";
import { type FindingSearch, isFiltered } from "./search";

const HIDDEN_AT_FIRST = ["advisory"];
const SEVERITIES = ["critical", "high", "medium", "low"] as const;
const LEVELS = ["confirmed", "probable", "possible"] as const;

export interface VulnerabilitiesPageProps {
  search: FindingSearch;
  onSearch: (search: FindingSearch) => void;
  rows: Finding[] | undefined;
  total: number;
  error: Error | null;
  onRetry: () => void;
  onMore: (() => void) | undefined;
  csvHref: string;
}

/** What is weak: every finding with how sure the match is. */
export function VulnerabilitiesPage(props: VulnerabilitiesPageProps) {
  const { search, onSearch, rows, total, error, onRetry, onMore, csvHref } = props;
  const { t } = useTranslation();
  const [hidden, setHidden] = useHiddenColumns("findings", HIDDEN_AT_FIRST);
  const set = (change: Partial<FindingSearch>) => onSearch({ ...search, ...change });
  const columns = useMemo(
    () => findingColumns(t, (open) => onSearch({ ...search, open })),
    [t, onSearch, search],
  );
  const clear = () => onSearch({ sort: search.sort });
  const filtered = isFiltered(search);

  return (
    <Page
      fill
      title={t("nav.vulnerabilities")}
      aside={
        rows && (
          <span>
            {t(filtered ? "findings.matching" : "findings.total", {
              count: total,
              shown: formatCount(total),
            })}
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
          label={t("findings.search")}
          value={search.q ?? ""}
          onChange={(q) => set({ q: q || undefined })}
        />
        <Facet
          label={t("finding.severity")}
          options={SEVERITIES.map((value) => ({ value, label: <Severity value={value} /> }))}
          selected={search.severity ?? []}
          onChange={(severity) => set({ severity })}
        />
        <Facet
          label={t("finding.confidence")}
          options={LEVELS.map((value) => ({ value, label: <MatchLevel value={value} /> }))}
          selected={search.confidence ?? []}
          onChange={(confidence) => set({ confidence })}
        />
        <Facet
          label={t("finding.kev")}
          options={[{ value: "true", label: t("finding.exploited") }]}
          selected={search.kev ? ["true"] : []}
          onChange={(wanted) => set({ kev: wanted.length > 0 || undefined })}
        />
        {filtered && <ClearFilters onClear={clear} />}
      </FilterBar>
      <ListView
        label={t("nav.vulnerabilities")}
        columns={columns}
        hidden={hidden}
        rows={rows}
        rowId={(row) => row.id}
        total={total}
        sort={search.sort ?? "-score"}
        onSort={(sort) => set({ sort })}
        onMore={onMore}
        error={error}
        onRetry={onRetry}
        isFiltered={filtered}
        onClear={clear}
        empty={<NothingYet title={t("findings.none")} hint={t("findings.noneHint")} />}
      />
      <FindingDrawer
        finding={search.open === undefined ? undefined : rows?.find(({ id }) => id === search.open)}
        onClose={() => set({ open: undefined })}
      />
    </Page>
  );
}
