import React from 'react';
import { cx } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';
import type { EvidenceSeries, TimeWindow } from '#model';
import { ColumnHeads } from '../ColumnHeads.tsx';
import { Citations } from '../CitedText.tsx';
import { formatTime, formatValue } from '../format.ts';
import { stackedTableStyles } from '../stacked-table-style.ts';
import { tableStyles } from '../table-style.ts';
import { TEST_IDS } from '../test-ids.ts';
import { formatClock } from './clock.ts';
import { SERIES_TEXTS as T } from './report-texts.ts';
import { ROLE_LABELS, toSeriesFacts } from './series-facts.ts';

/** What the charts show, in words and numbers. */
export function SeriesTable({
  series,
  window,
}: {
  readonly series: readonly EvidenceSeries[];
  readonly window: TimeWindow;
}) {
  const table = useStyles2(tableStyles);
  const rows = useStyles2(stackedTableStyles);
  return (
    <div className={table.wrapper}>
      <table className={cx(table.table, rows.stacked)} data-testid={TEST_IDS.rca.seriesTable}>
        <caption>{T.caption(formatTime(window.fromMs), formatTime(window.toMs))}</caption>
        <ColumnHeads names={Object.values(T.columns)} />
        <tbody>
          {series.map((item, index) => (
            <Row key={index} series={item} window={window} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ series, window }: { readonly series: EvidenceSeries; readonly window: TimeWindow }) {
  const table = useStyles2(tableStyles);
  const rows = useStyles2(stackedTableStyles);
  const { service, metric, role, onsetMs, usual, unit, evidence } = series;
  const { worst, missing, points } = toSeriesFacts(series, window);
  return (
    <tr>
      <th scope="row">
        {service} {metric}
      </th>
      <td data-label={T.columns.part}>{ROLE_LABELS[role]}</td>
      <td className={table.number} data-label={T.columns.onset}>
        {onsetMs === undefined ? T.noOnsetCell : formatClock(onsetMs)}
      </td>
      <td className={table.number} data-label={T.usualLabel}>
        {T.usualCell(formatValue(usual.low, unit), formatValue(usual.high, unit), formatValue(usual.median, unit))}
      </td>
      <td className={table.number} data-label={T.columns.worst}>
        {formatValue(worst, unit)}
      </td>
      <td className={cx(table.number, missing === 0 && rows.wideOnly)} data-label={T.columns.missing}>
        {T.missingCell(missing, points)}
      </td>
      <td>
        <Citations numbers={evidence} />
      </td>
    </tr>
  );
}
