import React, { type KeyboardEvent, useRef, useState } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { AnomalyLevel } from '#model';
import { formatTimeOfDay } from './format.ts';
import {
  describeCell,
  type HeatMapCell,
  type HeatMapChoice,
  type HeatMapRow,
  moveFocus,
  sortRows,
  toCellText,
  toStretch,
} from './heat-map-model.ts';
import { HeatMapLegend } from './HeatMapLegend.tsx';
import { heatCellStyles } from './heat-cell-style.ts';
import { TEST_IDS } from './test-ids.ts';

/** About so many columns carry a time; the others stay blank. */
const TIME_LABELS = 6;

export interface HeatMapProps {
  readonly rows: readonly HeatMapRow[];
  readonly cellSeconds: number;
  readonly chosen: HeatMapChoice | undefined;
  readonly onChoose: (choice: HeatMapChoice) => void;
}

/**
 * Services by time as a table: one tab stop, arrow keys between cells, Enter chooses the stretch a cell belongs to.
 * A cell says its level by colour and digit; what could not be judged is hatched.
 */
export function HeatMap({ rows, cellSeconds, chosen, onChoose }: HeatMapProps) {
  const styles = useStyles2(getStyles);
  const sorted = sortRows(rows);
  const columns = sorted[0]?.cells.length ?? 0;
  const grid = useRef<HTMLTableElement>(null);
  const [at, setAt] = useState({ row: 0, column: Math.max(0, columns - 1) });
  const [read, setRead] = useState<string>();
  const focus = {
    row: Math.min(at.row, Math.max(0, sorted.length - 1)),
    column: Math.min(at.column, Math.max(0, columns - 1)),
  };
  const choose = (row: HeatMapRow, column: number) => {
    const stretch = toStretch(row, column, cellSeconds);
    if (stretch) {
      onChoose(stretch);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = sorted[focus.row];
    if ((event.key === 'Enter' || event.key === ' ') && row) {
      event.preventDefault();
      choose(row, focus.column);
      return;
    }
    const next = moveFocus(event.key, focus, { rows: sorted.length, columns });
    if (next) {
      event.preventDefault();
      setAt(next);
      grid.current?.querySelector<HTMLElement>(`[data-at="${next.row}/${next.column}"]`)?.focus();
    }
  };
  return (
    <div data-testid={TEST_IDS.heatMap.root}>
      <div className={styles.wrapper}>
        <table
          ref={grid}
          // The grid pattern: a table with a single tab stop, whose keys one handler takes.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role
          role="grid"
          className={styles.grid}
          aria-label="Anomaly score by service and time. Arrow keys move, Enter shows details."
          onKeyDown={onKeyDown}
          data-testid={TEST_IDS.heatMap.grid}
        >
          <TimeHeader cells={sorted[0]?.cells ?? []} />
          <tbody>
            {sorted.map((row, rowIndex) => (
              <tr key={row.service}>
                <th scope="row" className={styles.service} title={row.service}>
                  {row.service}
                </th>
                {row.cells.map((cell, column) => (
                  <Cell
                    key={cell.atMs}
                    cell={cell}
                    service={row.service}
                    cellSeconds={cellSeconds}
                    at={`${rowIndex}/${column}`}
                    tabIndex={rowIndex === focus.row && column === focus.column ? 0 : -1}
                    chosen={isWithin(cell, row.service, chosen)}
                    onRead={setRead}
                    onChoose={() => {
                      setAt({ row: rowIndex, column });
                      choose(row, column);
                    }}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className={styles.below}>
        <HeatMapLegend />
        <p className={styles.readout} data-testid={TEST_IDS.heatMap.readout}>
          {read ?? 'Point at a cell to read it, choose it for details.'}
        </p>
      </div>
    </div>
  );
}

function isWithin({ atMs }: HeatMapCell, service: string, chosen: HeatMapChoice | undefined): boolean {
  return chosen !== undefined && chosen.service === service && atMs >= chosen.fromMs && atMs < chosen.toMs;
}

function TimeHeader({ cells }: { readonly cells: readonly HeatMapCell[] }) {
  const styles = useStyles2(getStyles);
  const every = Math.max(1, Math.ceil(cells.length / TIME_LABELS));
  return (
    <thead>
      <tr>
        <th scope="col" className={styles.corner}>
          Service
        </th>
        {cells.map((cell, index) =>
          index % every === 0 ? (
            <th key={cell.atMs} scope="colgroup" colSpan={Math.min(every, cells.length - index)}>
              {formatTimeOfDay(cell.atMs)}
            </th>
          ) : null
        )}
      </tr>
    </thead>
  );
}

function Cell(props: {
  readonly cell: HeatMapCell;
  readonly service: string;
  readonly cellSeconds: number;
  readonly at: string;
  readonly tabIndex: 0 | -1;
  readonly chosen: boolean;
  readonly onRead: (text: string | undefined) => void;
  readonly onChoose: () => void;
}) {
  const { cell, service } = props;
  const styles = useStyles2(getStyles);
  const looks = useStyles2(heatCellStyles);
  const text = describeCell(cell, props.cellSeconds);
  const level: AnomalyLevel = cell.score === null ? 'unknown' : cell.level;
  const read = () => props.onRead(`${service}: ${text}`);
  return (
    // The keys are handled by the grid around it.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <td
      className={cx(styles.cell, looks[level], props.chosen && styles.chosen)}
      tabIndex={props.tabIndex}
      aria-label={text}
      aria-selected={props.chosen}
      data-at={props.at}
      data-level={level}
      data-sign={toCellText(cell)}
      data-testid={TEST_IDS.heatMap.cell}
      onClick={props.onChoose}
      onFocus={read}
      onBlur={() => props.onRead(undefined)}
      onMouseEnter={read}
      onMouseLeave={() => props.onRead(undefined)}
    />
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  wrapper: css({ overflowX: 'auto', width: '100%', padding: theme.spacing(0.5, 0) }),
  grid: css({
    width: '100%',
    borderCollapse: 'separate',
    borderSpacing: 1,
    tableLayout: 'fixed',
    '& thead th': {
      textAlign: 'left',
      fontWeight: theme.typography.fontWeightRegular,
      fontSize: theme.typography.bodySmall.fontSize,
      color: theme.colors.text.secondary,
      whiteSpace: 'nowrap',
    },
  }),
  corner: css({ width: 170, [theme.breakpoints.down('md')]: { width: 110 } }),
  service: css({
    position: 'sticky',
    left: 0,
    zIndex: 1,
    textAlign: 'left',
    fontWeight: theme.typography.fontWeightRegular,
    background: theme.colors.background.primary,
    paddingRight: theme.spacing(1),
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  }),
  cell: css({
    height: theme.spacing(3),
    minWidth: 12,
    padding: 0,
    textAlign: 'center',
    cursor: 'pointer',
    fontSize: theme.typography.bodySmall.fontSize,
    fontVariantNumeric: 'tabular-nums',
    lineHeight: 1,
    borderRadius: 2,
    // By style, since the name of the cell says it in words.
    '&::after': { content: 'attr(data-sign)' },
    '&:hover': { outline: `1px solid ${theme.colors.text.secondary}` },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}`, outlineOffset: 1 },
  }),
  chosen: css({ boxShadow: `inset 0 0 0 2px ${theme.colors.text.primary}` }),
  below: css({
    display: 'flex',
    flexWrap: 'wrap',
    justifyContent: 'space-between',
    gap: theme.spacing(0.5, 3),
    marginTop: theme.spacing(1),
  }),
  readout: css({ margin: 0, minHeight: theme.spacing(3), color: theme.colors.text.primary }),
});
