import React from 'react';
import { cx } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';
import type { EvidenceSeries, TimeWindow } from '#model';
import { Citations } from '../CitedText.tsx';
import { formatTime, formatValue } from '../format.ts';
import { stackedTableStyles } from '../stacked-table-style.ts';
import { tableStyles } from '../table-style.ts';
import { TEST_IDS } from '../test-ids.ts';
import { formatClock } from './clock.ts';
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
        <caption>
          Worst values between {formatTime(window.fromMs)} and {formatTime(window.toMs)}
        </caption>
        <thead>
          <tr>
            <th scope="col">Signal</th>
            <th scope="col">Part</th>
            <th scope="col">First strange sample</th>
            <th scope="col">Usual (98 % of the time)</th>
            <th scope="col">Worst</th>
            <th scope="col">Points missing</th>
            <th scope="col">Evidence</th>
          </tr>
        </thead>
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
      <td data-label="Part">{ROLE_LABELS[role]}</td>
      <td className={table.number} data-label="First strange sample">
        {onsetMs === undefined ? 'none' : formatClock(onsetMs)}
      </td>
      <td className={table.number} data-label="Usual">
        {formatValue(usual.low, unit)} to {formatValue(usual.high, unit)}, median {formatValue(usual.median, unit)}
      </td>
      <td className={table.number} data-label="Worst">
        {formatValue(worst, unit)}
      </td>
      <td className={cx(table.number, missing === 0 && rows.wideOnly)} data-label="Points missing">
        {missing} of {points}
      </td>
      <td>
        <Citations numbers={evidence} />
      </td>
    </tr>
  );
}
