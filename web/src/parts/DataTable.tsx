/** A plain, accessible table: numbers to the right, sorting by header button, sorting and paging done by the server. */
import { Fragment, type ReactElement, type ReactNode } from "react";

import classes from "./parts.module.css";

export type Column<Row> = {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  isNumber?: boolean;
  /** Field the server sorts by, when it can. */
  sortBy?: string;
  isHeader?: boolean;
  wrap?: boolean;
};

type Props<Row> = {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row, index: number) => string;
  sort?: string;
  onSort?: (sort: string) => void;
  after?: (row: Row) => ReactNode;
  foot?: ReactNode;
  showCaption?: boolean;
};

export function DataTable<Row>({ caption, columns, rows, rowKey, sort, onSort, after, foot, showCaption = false }: Props<Row>): ReactElement {
  return (
    <div className={classes.tableFrame} tabIndex={0} role="region" aria-label={`${caption}, table`}>
      <table className={classes.table}>
        <caption className={showCaption ? classes.caption : classes.hiddenCaption}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.id} scope="col" data-number={column.isNumber || undefined} aria-sort={order(column.sortBy, sort)}>
                {column.sortBy && onSort ? (
                  <button type="button" className={classes.sort} onClick={() => onSort(nextSort(column.sortBy ?? "", sort))}>
                    {column.header}
                    <span aria-hidden="true">{mark(column.sortBy, sort)}</span>
                  </button>
                ) : (
                  column.header
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <Fragment key={rowKey(row, index)}>
              <tr>
                {columns.map((column) =>
                  column.isHeader ? (
                    <th key={column.id} scope="row" data-wrap={column.wrap || undefined}>{column.cell(row)}</th>
                  ) : (
                    <td key={column.id} data-number={column.isNumber || undefined} data-wrap={column.wrap || undefined}>{column.cell(row)}</td>
                  ),
                )}
              </tr>
              {after?.(row)}
            </Fragment>
          ))}
        </tbody>
        {foot ? <tfoot>{foot}</tfoot> : null}
      </table>
    </div>
  );
}

/** Biggest first, then smallest first. */
export function nextSort(field: string, sort: string | undefined): string {
  return sort === `-${field}` ? field : `-${field}`;
}

function order(field: string | undefined, sort: string | undefined): "ascending" | "descending" | undefined {
  if (!field || !sort) return undefined;
  return sort === field ? "ascending" : sort === `-${field}` ? "descending" : undefined;
}

function mark(field: string, sort: string | undefined): string {
  return sort === field ? " ↑" : sort === `-${field}` ? " ↓" : "";
}
