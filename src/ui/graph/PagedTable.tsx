import React, { type ReactNode, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import { tableStyles } from '../table-style.ts';

const PAGE_ROWS = 50;

/** A table that shows fifty rows at a time: thousands of rows would make the page slow and help nobody. */
export function PagedTable<T>(props: {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly items: readonly T[];
  /** Brings the page with this item up, when it changes. */
  readonly shownIndex?: number | undefined;
  readonly row: (item: T) => ReactNode;
  readonly testId: string;
}) {
  const { items, shownIndex } = props;
  const table = useStyles2(tableStyles);
  const styles = useStyles2(getStyles);
  const [page, setPage] = useState(0);
  const [followed, setFollowed] = useState(shownIndex);
  if (shownIndex !== followed) {
    setFollowed(shownIndex);
    if (shownIndex !== undefined && shownIndex >= 0) {
      setPage(Math.floor(shownIndex / PAGE_ROWS));
    }
  }
  const last = Math.max(0, Math.ceil(items.length / PAGE_ROWS) - 1);
  const current = Math.min(page, last);
  const start = current * PAGE_ROWS;
  return (
    // Scrolled sideways with the keyboard where the page is narrow.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className={table.wrapper} aria-label={props.caption} tabIndex={0}>
      <table className={table.table} data-testid={props.testId}>
        <caption>{props.caption}</caption>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{items.slice(start, start + PAGE_ROWS).map(props.row)}</tbody>
      </table>
      {last > 0 && (
        <div className={styles.pages}>
          <Button
            size="sm"
            variant="secondary"
            icon="angle-left"
            disabled={current === 0}
            onClick={() => setPage(current - 1)}
          >
            Previous
          </Button>
          <output>
            {start + 1} to {Math.min(items.length, start + PAGE_ROWS)} of {items.length}
          </output>
          <Button size="sm" variant="secondary" disabled={current === last} onClick={() => setPage(current + 1)}>
            Next
          </Button>
        </div>
      )}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  pages: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(1, 0),
    fontVariantNumeric: 'tabular-nums',
  }),
});
