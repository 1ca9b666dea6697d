import React from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { LogAnomaly, LogPattern } from '#model';
import {
  AnomalyBadge,
  EmptyState,
  formatMinute,
  LOG_ANOMALY_LABELS,
  stackedTableStyles,
  tableStyles,
  TEST_IDS,
  toScoreLevel,
} from '#ui';
import { Section } from '../../PageFrame.tsx';

/** What is strange in the logs, strangest first, each with its pattern. Templates are hostile text and shown as text. */
export function LogAnomalies({
  logs,
  patterns,
}: {
  readonly logs: readonly LogAnomaly[];
  readonly patterns: readonly LogPattern[];
}) {
  const table = useStyles2(tableStyles);
  const rows = useStyles2(stackedTableStyles);
  const shown = logs.filter(({ score }) => toScoreLevel(score) !== 'normal');
  const weaker = logs.length - shown.length;
  const known = new Map(patterns.map((pattern) => [pattern.id, pattern]));
  return (
    <Section title="Log anomalies" testId={TEST_IDS.anomalies.logs}>
      {shown.length === 0 ? (
        <EmptyState title="Nothing strange in the logs of this time range">
          New patterns, changed rates, stopped heartbeats and a changed mix would stand here. Needs Loki.
        </EmptyState>
      ) : (
        <div className={table.wrapper}>
          {weaker > 0 && <p className={table.muted}>{`${weaker} weaker ones, below 0.70, are left out.`}</p>}
          <table className={cx(table.table, rows.stacked)}>
            <thead>
              <tr>
                <th scope="col">Service</th>
                <th scope="col">What</th>
                <th scope="col">Score</th>
                <th scope="col">When</th>
                <th scope="col">Why and pattern</th>
              </tr>
            </thead>
            <tbody>
              {shown
                .toSorted((a, b) => b.score - a.score || b.atMs - a.atMs)
                .map((log) => (
                  <Row
                    key={`${log.service} ${log.kind} ${log.patternId ?? ''} ${log.atMs}`}
                    log={log}
                    pattern={log.patternId === undefined ? undefined : known.get(log.patternId)}
                  />
                ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}

function Row({ log, pattern }: { readonly log: LogAnomaly; readonly pattern: LogPattern | undefined }) {
  const table = useStyles2(tableStyles);
  const rows = useStyles2(stackedTableStyles);
  const styles = useStyles2(getStyles);
  const reading = {
    kind: 'scored',
    score: log.score,
    surprisal: log.surprisal,
    expected: { lower: Number.NaN, centre: Number.NaN, upper: Number.NaN },
    direction: 'above',
  } as const;
  return (
    <tr data-testid={TEST_IDS.anomalies.log} data-kind={log.kind}>
      <th scope="row">{log.service}</th>
      <td className={table.number}>{LOG_ANOMALY_LABELS[log.kind]}</td>
      <td>
        <AnomalyBadge reading={reading} />
      </td>
      <td className={table.number}>{formatMinute(log.atMs)}</td>
      <td className={rows.line}>
        {log.reason}
        {pattern && <code className={styles.template}>{pattern.template}</code>}
      </td>
    </tr>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  template: css({
    display: 'block',
    marginTop: theme.spacing(0.5),
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  }),
});
