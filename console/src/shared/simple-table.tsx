import type { ReactNode } from "react";
import classes from "./simple-table.module.css";

export interface SimpleColumn<T> {
  header: string;
  cell: (row: T) => ReactNode;
  align?: "start" | "end";
  width?: string;
}

export interface SimpleTableProps<T> {
  label: string;
  columns: readonly SimpleColumn<T>[];
  rows: readonly T[];
  rowId: (row: T) => string;
}

/** A short table that is drawn whole; on narrow screens each row stacks its cells with their names. */
export function SimpleTable<T>({ label, columns, rows, rowId }: SimpleTableProps<T>) {
  return (
    // The explicit roles keep the table a table when the narrow style lays its cells out as blocks.
    // biome-ignore lint/a11y/noRedundantRoles: see above.
    <table className={classes.table} role="table">
      <caption className="visually-hidden">{label}</caption>
      {/* biome-ignore lint/a11y/noRedundantRoles: see above. */}
      <thead role="rowgroup">
        {/* biome-ignore lint/a11y/noRedundantRoles: see above. */}
        <tr role="row">
          {columns.map(({ header, align, width }) => (
            <th
              key={header}
              scope="col"
              // biome-ignore lint/a11y/noRedundantRoles: see above.
              role="columnheader"
              data-align={align}
              style={width === undefined ? undefined : { width }}
            >
              {header}
            </th>
          ))}
        </tr>
      </thead>
      {/* biome-ignore lint/a11y/noRedundantRoles: see above. */}
      <tbody role="rowgroup">
        {rows.map((row) => (
          // biome-ignore lint/a11y/noRedundantRoles: see above.
          <tr key={rowId(row)} role="row">
            {columns.map(({ header, cell, align }) => (
              // biome-ignore lint/a11y/noRedundantRoles: see above.
              <td key={header} role="cell" data-align={align} data-header={header}>
                <div>{cell(row)}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
