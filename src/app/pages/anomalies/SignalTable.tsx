import React from 'react';
import { css, cx } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';
import type { QualityVerdict, SeriesQuality, ServiceAnomaly } from '#model';
import {
  AnomalyBadge,
  describeMeasured,
  nameSignal,
  QUALITY_LABELS,
  stackedTableStyles,
  tableStyles,
  TEST_IDS,
  toLevel,
} from '#ui';
import { describeJudges, isStrange } from './why-text.ts';

type Signal = ServiceAnomaly['signals'][number];

const SHOWN = 12;

/** The signals of a service that are strange or unknown, with the reason in a sentence; the normal ones by name alone. */
export function SignalTable(props: {
  readonly signals: ServiceAnomaly['signals'];
  readonly quality: readonly SeriesQuality[];
}) {
  const table = useStyles2(tableStyles);
  const odd = props.signals.filter(({ reading }) => toLevel(reading) !== 'normal');
  const normal = props.signals.filter(({ reading }) => toLevel(reading) === 'normal');
  const rest = odd.length - SHOWN;
  return (
    <div data-testid={TEST_IDS.anomalies.detailSignals}>
      {odd.length > 0 && <Odd signals={odd.slice(0, SHOWN)} quality={props.quality} />}
      {rest > 0 && <p className={table.muted}>{`${rest} more ${rest === 1 ? 'is' : 'are'} strange or unknown.`}</p>}
      {normal.length > 0 && (
        <p className={table.muted}>
          {odd.length > 0 ? 'Normal: ' : 'Every signal is normal: '}
          {normal.map(({ signalId }) => nameSignal(signalId)).join(', ')}.
        </p>
      )}
    </div>
  );
}

function Odd({
  signals,
  quality,
}: {
  readonly signals: readonly Signal[];
  readonly quality: readonly SeriesQuality[];
}) {
  const table = useStyles2(tableStyles);
  const rows = useStyles2(stackedTableStyles);
  const styles = useStyles2(getStyles);
  const verdicts = new Map(quality.map((item) => [item.signalId, item.verdict]));
  const qualityOf = (signal: Signal) => signal.quality ?? verdicts.get(signal.signalId);
  const isOk = (signal: Signal) => qualityOf(signal) === 'ok';
  return (
    <div className={table.wrapper}>
      <table className={cx(table.table, rows.stacked)}>
        <thead>
          <tr>
            <th scope="col">Signal</th>
            <th scope="col">State</th>
            <th scope="col">Reason</th>
            <th scope="col">Data</th>
          </tr>
        </thead>
        <tbody>
          {signals.map((signal) => (
            <tr key={signal.signalId}>
              <th scope="row">{nameSignal(signal.signalId)}</th>
              <td>
                <AnomalyBadge reading={signal.reading} />
              </td>
              <td className={cx(styles.reason, rows.line)}>{isStrange(signal) && <Reason signal={signal} />}</td>
              <td className={cx(table.muted, isOk(signal) && rows.wideOnly)} data-label="Data">
                {nameQuality(qualityOf(signal))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The value beside the expected one, how that is strange, and who found it. */
function Reason({ signal }: { readonly signal: Signal }) {
  const table = useStyles2(tableStyles);
  const measured = describeMeasured(signal);
  return (
    <>
      {measured !== undefined && <strong>{measured}</strong>}
      {signal.explanation && (
        <>
          <div>{signal.explanation.sentence}</div>
          <div className={table.muted}>{describeJudges(signal.explanation)}</div>
        </>
      )}
    </>
  );
}

function nameQuality(verdict: QualityVerdict | undefined): string {
  return verdict === undefined ? 'not checked' : QUALITY_LABELS[verdict];
}

const getStyles = () => ({
  // Sentences get the room that a long state would take.
  reason: css({ width: '60%' }),
});
