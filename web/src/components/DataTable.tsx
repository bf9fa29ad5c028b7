import type { ReactElement, ReactNode } from 'react';
import { Link } from 'react-router';
import classes from './DataTable.module.css';

export interface Column<T> {
  readonly key: string;
  readonly header: string;
  readonly cell: (row: T) => ReactNode;
  readonly align?: 'right';
  /** It holds a name that people have given, however long. */
  readonly named?: true;
}

interface DataTableProps<T> {
  /** What it lists, for screen readers. */
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  /** Where a row leads; its first cell becomes the link, and the whole row a target for it. */
  readonly rowLink?: (row: T) => string;
}

/** A table that becomes a list of cards on a phone. Roles are written out, since its `display` changes there. */
export function DataTable<T>({ label, columns, rows, rowKey, rowLink }: DataTableProps<T>): ReactElement {
  return (
    <div className={classes.frame}>
      <table className={classes.table} role="table" aria-label={label}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ key, header, align }) => (
              <th key={key} role="columnheader" scope="col" data-align={align}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={rowKey(row)} role="row" data-linked={rowLink !== undefined}>
              {columns.map(({ key, header, cell, align, named }, index) => (
                <td key={key} role="cell" data-label={header} data-align={align} data-named={named}>
                  {rowLink && index === 0 ? (
                    <Link className={classes.link ?? ''} to={rowLink(row)}>
                      {cell(row)}
                    </Link>
                  ) : (
                    cell(row)
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
