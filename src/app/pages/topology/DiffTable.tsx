import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { MeasureChange, NodeChange, TopologyDiff } from '#model';
import { formatMinute, formatRatio, formatSeconds, formatValue, tableStyles, TEST_IDS } from '#ui';
import { describeDiff, toDiffRows } from './diff-rows.ts';

const MAX_ROWS = 200;

/** What differs between two times: one sentence, then every difference as a row. */
export function DiffTable({ diff }: { readonly diff: TopologyDiff }) {
  const table = useStyles2(tableStyles);
  const styles = useStyles2(getStyles);
  const rows = toDiffRows(diff, { describeMeasure, describeNodeChange });
  return (
    <section className={table.wrapper} data-testid={TEST_IDS.topology.diff} aria-label="Differences">
      <p className={styles.summary}>
        {formatMinute(diff.toMs)} compared with {formatMinute(diff.fromMs)}: {describeDiff(diff)}
      </p>
      {rows.length > 0 && (
        <details open={rows.length <= 12}>
          <summary>Table of differences ({rows.length})</summary>
          <table className={table.table}>
            <thead>
              <tr>
                <th scope="col">Difference</th>
                <th scope="col">What</th>
                <th scope="col">Before and after</th>
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, MAX_ROWS).map((row) => (
                <tr key={`${row.sign} ${row.what}`}>
                  <td>
                    <strong>{row.sign}</strong> {row.word}
                  </td>
                  <th scope="row">{row.what}</th>
                  <td>{row.how}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {rows.length > MAX_ROWS && <p>and {rows.length - MAX_ROWS} more</p>}
        </details>
      )}
    </section>
  );
}

const MEASURES: Readonly<Record<MeasureChange['measure'], string>> = {
  requestsPerSecond: 'requests',
  errorRatio: 'errors',
  clientLatencySeconds: 'latency (caller)',
  serverLatencySeconds: 'latency (callee)',
};

function describeMeasure({ measure, before, after }: MeasureChange): string {
  const format = (value: number | undefined): string => {
    switch (measure) {
      case 'requestsPerSecond':
        return formatValue(value, 'per-second');
      case 'errorRatio':
        return formatRatio(value);
      default:
        return formatSeconds(value);
    }
  };
  return `${MEASURES[measure]} ${format(before)} → ${format(after)}`;
}

function describeNodeChange({ properties, before, after }: NodeChange): string {
  const text = (value: unknown) =>
    value === undefined ? 'none' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  const read = (node: NodeChange['before'], property: string) =>
    text((node as unknown as Record<string, unknown>)[property]);
  return properties.map((property) => `${property} ${read(before, property)} → ${read(after, property)}`).join(', ');
}

const getStyles = (theme: GrafanaTheme2) => ({
  summary: css({ margin: theme.spacing(0, 0, 0.5) }),
});
