import {
  columnVisibilityFeature,
  createColumnHelper,
  type RowData,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import classes from "./data-table.module.css";
import { Icon } from "./icons";
import { useNarrow } from "./use-narrow";

/** One column of a table, and one line of a card on narrow screens. */
export interface Column<T> {
  id: string;
  header: string;
  cell: (row: T) => ReactNode;
  /** Sort key the server knows; absent when the column cannot be sorted. */
  sort?: string;
  /** CSS width of the column, for example `"9rem"`. */
  width: string;
  align?: "start" | "end";
  /** Place on a card: the heading, a line with its name, or nowhere. */
  card?: "head" | "line" | "none";
}

export interface DataTableProps<T> {
  /** What the rows are, for assistive technology. */
  label: string;
  columns: readonly Column<T>[];
  /** Ids of columns not to show. */
  hidden?: readonly string[];
  rows: readonly T[];
  rowId: (row: T) => string;
  /** Rows on the server, when more than are loaded. */
  total?: number;
  /** Sort key, with a leading minus for falling order. */
  sort?: string;
  onSort?: (sort: string) => void;
  /** Called when the end comes into view and more rows can be had. */
  onMore?: () => void;
}

const features = tableFeatures({ columnVisibilityFeature });
const ROW_PX = 36;
const CARD_PX = 132;

/**
 * A table that draws only the rows in view, server-sorted; below 768 px it becomes a list of cards.
 * It scrolls inside its own frame on wide screens and with the page on narrow ones.
 */
export function DataTable<T extends RowData>(props: DataTableProps<T>) {
  return useNarrow() ? <CardList {...props} /> : <WideTable {...props} />;
}

/** Ask for more rows when the last drawn one comes close to the end. */
function useMore(lastDrawn: number, count: number, onMore: (() => void) | undefined) {
  useEffect(() => {
    if (onMore && count > 0 && lastDrawn >= count - 10) onMore();
  }, [lastDrawn, count, onMore]);
}

function WideTable<T extends RowData>({
  label,
  columns,
  hidden = [],
  rows,
  rowId,
  total,
  sort,
  onSort,
  onMore,
}: DataTableProps<T>) {
  const frame = useRef<HTMLElement>(null);
  const definitions = useMemo(() => {
    const helper = createColumnHelper<typeof features, T>();
    return columns.map((column) =>
      helper.display({ id: column.id, header: column.header, cell: ({ row }) => column.cell(row.original) }),
    );
  }, [columns]);
  const byId = useMemo(() => new Map(columns.map((column) => [column.id, column])), [columns]);
  const columnVisibility = useMemo(() => Object.fromEntries(hidden.map((id) => [id, false])), [hidden]);
  const table = useTable({
    features,
    columns: definitions,
    data: rows,
    getRowId: rowId,
    state: { columnVisibility },
  });
  const body = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: body.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const drawn = virtual.getVirtualItems();
  useMore(drawn.at(-1)?.index ?? -1, body.length, onMore);
  const above = drawn[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (drawn.at(-1)?.end ?? 0);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll region must be reachable with the keyboard.
    <section className={classes.frame} ref={frame} tabIndex={0} aria-label={label}>
      <table className={classes.table} aria-rowcount={(total ?? body.length) + 1}>
        <caption className="visually-hidden">{label}</caption>
        <colgroup>
          {table.getVisibleLeafColumns().map(({ id }) => (
            <col key={id} style={{ width: byId.get(id)?.width }} />
          ))}
        </colgroup>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} aria-rowindex={1}>
              {group.headers.map(({ id }) => {
                const column = byId.get(id);
                return column && <HeaderCell key={id} column={column} sort={sort} onSort={onSort} />;
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          {above > 0 && (
            <tr aria-hidden="true">
              <td className={classes.gap} style={{ height: above }} />
            </tr>
          )}
          {drawn.map(({ index }) => {
            const row = body[index];
            if (!row) return null;
            return (
              <tr key={row.id} aria-rowindex={index + 2} className={classes.row}>
                {row.getVisibleCells().map((cell) => (
                  <td key={cell.id} data-align={byId.get(cell.column.id)?.align}>
                    <table.FlexRender cell={cell} />
                  </td>
                ))}
              </tr>
            );
          })}
          {below > 0 && (
            <tr aria-hidden="true">
              <td className={classes.gap} style={{ height: below }} />
            </tr>
          )}
        </tbody>
      </table>
    </section>
  );
}

interface HeaderCellProps<T> {
  column: Column<T>;
  sort: string | undefined;
  onSort: ((sort: string) => void) | undefined;
}

function HeaderCell<T>({ column, sort, onSort }: HeaderCellProps<T>) {
  const { t } = useTranslation();
  const key = column.sort;
  if (key === undefined || onSort === undefined) {
    return (
      <th scope="col" data-align={column.align}>
        {column.header}
      </th>
    );
  }
  const direction = sort === key ? "ascending" : sort === `-${key}` ? "descending" : "none";
  return (
    <th scope="col" data-align={column.align} aria-sort={direction}>
      <button
        type="button"
        className={classes.sort}
        title={t("table.sortBy", { column: column.header })}
        onClick={() => onSort(direction === "ascending" ? `-${key}` : key)}
      >
        {column.header}
        {direction !== "none" && <Icon name={direction === "ascending" ? "up" : "down"} size={12} />}
      </button>
    </th>
  );
}

function CardList<T>({ label, columns, hidden = [], rows, rowId, total, onMore }: DataTableProps<T>) {
  const list = useRef<HTMLUListElement>(null);
  const shown = columns.filter(({ id, card }) => card !== "none" && !hidden.includes(id));
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => document.getElementById("main"),
    estimateSize: () => CARD_PX,
    overscan: 6,
    scrollMargin: list.current?.offsetTop ?? 0,
  });
  const drawn = virtual.getVirtualItems();
  useMore(drawn.at(-1)?.index ?? -1, rows.length, onMore);

  return (
    <ul ref={list} className={classes.cards} style={{ height: virtual.getTotalSize() }} aria-label={label}>
      {drawn.map(({ index, start }) => {
        const row = rows[index];
        if (row === undefined) return null;
        return (
          <li
            key={rowId(row)}
            ref={virtual.measureElement}
            data-index={index}
            aria-setsize={total ?? rows.length}
            aria-posinset={index + 1}
            className={classes.card}
            style={{ transform: `translateY(${start - virtual.options.scrollMargin}px)` }}
          >
            <div className={classes.cardFace}>
              <div className={classes.cardHead}>
                {shown
                  .filter(({ card }) => card === "head")
                  .map((column) => (
                    <span key={column.id}>{column.cell(row)}</span>
                  ))}
              </div>
              <dl className={classes.cardLines}>
                {shown
                  .filter(({ card }) => card !== "head")
                  .map((column) => (
                    <div key={column.id}>
                      <dt>{column.header}</dt>
                      <dd>{column.cell(row)}</dd>
                    </div>
                  ))}
              </dl>
            </div>
          </li>
        );
      })}
    </ul>
  );
}
