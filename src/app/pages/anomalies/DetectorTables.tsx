import React from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { DetectorsAnswer } from '#contracts';
import {
  describeDetector,
  EmptyState,
  formatDuration,
  nameSignal,
  stackedTableStyles,
  tableStyles,
  TEST_IDS,
} from '#ui';
import { describeModel } from './model-text.ts';
import { describeThreshold } from './threshold-text.ts';

type JudgedSignal = DetectorsAnswer['signals'][number];

/** The model of a service, and from which value on each of its signals warns; the features of the model below. */
export function DetectorTables({ answer }: { readonly answer: DetectorsAnswer }) {
  const styles = useStyles2(getStyles);
  const own = answer.signals.filter((signal) => !isFeature(signal));
  const features = answer.signals.filter(isFeature);
  return (
    <>
      <p data-testid={TEST_IDS.anomalies.model}>{describeModel(answer.model).join(' ')}</p>
      {answer.signals.length === 0 ? (
        <EmptyState title="No signal of this service is judged yet" />
      ) : (
        <>
          {own.length > 0 && <Thresholds signals={own} testId={TEST_IDS.anomalies.signals} />}
          {features.length > 0 && (
            <details className={styles.more} open={own.length === 0}>
              <summary>
                {features.length === 1 ? 'One feature' : `${features.length} features`} of the model, each with its own
                threshold
              </summary>
              <Thresholds signals={features} testId={TEST_IDS.anomalies.modelFeatures} />
            </details>
          )}
          <DetectorSets signals={answer.signals} />
        </>
      )}
    </>
  );
}

function isFeature({ signalId }: JudgedSignal): boolean {
  return signalId.includes('/feature/');
}

function Thresholds({ signals, testId }: { readonly signals: readonly JudgedSignal[]; readonly testId: string }) {
  const table = useStyles2(tableStyles);
  const rows = useStyles2(stackedTableStyles);
  return (
    <div className={table.wrapper}>
      <table className={cx(table.table, rows.stacked)} data-testid={testId}>
        <thead>
          <tr>
            <th scope="col">Signal</th>
            <th scope="col">Warns</th>
            <th scope="col">Learned from</th>
            <th scope="col">Detectors</th>
          </tr>
        </thead>
        <tbody>
          {signals.map((signal) => {
            const { text, note } = describeThreshold(signal);
            return (
              <tr key={signal.signalId}>
                <th scope="row">{nameSignal(signal.signalId)}</th>
                <td className={rows.line} data-label="Warns">
                  {text}
                  {note !== undefined && <div className={table.muted}>{note}</div>}
                </td>
                <td className={table.number} data-label="Learned from">
                  {formatDuration(Math.floor(signal.historySeconds / 60) * 60_000)}
                </td>
                <td data-label="Detectors">{signal.tier === 'full' ? 'Full set' : 'Light set'}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** What the sets consist of, once for all rows. */
function DetectorSets({ signals }: { readonly signals: readonly JudgedSignal[] }) {
  const table = useStyles2(tableStyles);
  const styles = useStyles2(getStyles);
  return (
    <dl className={cx(table.muted, styles.sets)}>
      {(['full', 'light'] as const).map((tier) => {
        const detectors = signals.find((signal) => signal.tier === tier)?.detectors;
        return (
          detectors && (
            <div key={tier}>
              <dt>{tier === 'full' ? 'Full set' : 'Light set'}</dt>
              <dd>{detectors.map(describeDetector).join('; ')}</dd>
            </div>
          )
        );
      })}
    </dl>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  more: css({ marginTop: theme.spacing(1), '& summary': { padding: theme.spacing(0.5, 0) } }),
  sets: css({
    margin: theme.spacing(1, 0, 0),
    '& dt': { display: 'inline', fontWeight: theme.typography.fontWeightMedium, '&::after': { content: "': '" } },
    '& dd': { display: 'inline', margin: 0 },
  }),
});
