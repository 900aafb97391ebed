import type { RowData } from "@tanstack/react-table";
import type { ReactNode } from "react";
import { DataTable, type DataTableProps } from "./data-table";
import { Failed, NoMatch, RowsLoading } from "./states";
import classes from "./states.module.css";

export interface ListViewProps<T> extends Omit<DataTableProps<T>, "rows"> {
  /** Undefined while the first rows are on their way. */
  rows: readonly T[] | undefined;
  error: Error | null;
  onRetry: () => void;
  isFiltered: boolean;
  onClear: () => void;
  /** What to say when there is nothing at all. */
  empty: ReactNode;
}

/** A table with its four other states: loading, failed, empty, and emptied by filters. */
export function ListView<T extends RowData>(props: ListViewProps<T>) {
  const { rows, error, onRetry, isFiltered, onClear, empty, ...table } = props;
  if (rows !== undefined && rows.length > 0) return <DataTable rows={rows} {...table} />;
  return (
    <div className={classes.inPlaceOfTable}>
      {rows === undefined ? (
        error ? (
          <Failed error={error} onRetry={onRetry} />
        ) : (
          <RowsLoading rows={12} />
        )
      ) : isFiltered ? (
        <NoMatch onClear={onClear} />
      ) : (
        empty
      )}
    </div>
  );
}
