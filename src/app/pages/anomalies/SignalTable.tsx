import React from 'react';
import { useStyles2 } from '@grafana/ui';
import type { QualityVerdict, SeriesQuality, ServiceAnomaly } from '#model';
import { AnomalyBadge, describeExplanation, nameSignal, QUALITY_LABELS, tableStyles, toLevel } from '#ui';

const SHOWN = 12;

/** The signals of a service, strangest first: state, quality, and the reason in a sentence. */
export function SignalTable({
  signals,
  quality,
}: {
  readonly signals: ServiceAnomaly['signals'];
  readonly quality: readonly SeriesQuality[];
}) {
  const table = useStyles2(tableStyles);
  if (signals.length === 0) {
    return null;
  }
  const verdicts = new Map(quality.map((item) => [item.signalId, item.verdict]));
  return (
    <div className={table.wrapper}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">Signal</th>
            <th scope="col">State</th>
            <th scope="col">Data</th>
            <th scope="col">Reason</th>
          </tr>
        </thead>
        <tbody>
          {signals.slice(0, SHOWN).map((signal) => (
            <tr key={signal.signalId}>
              <th scope="row">{nameSignal(signal.signalId)}</th>
              <td>
                <AnomalyBadge reading={signal.reading} />
              </td>
              <td className={table.muted}>{nameQuality(signal.quality ?? verdicts.get(signal.signalId))}</td>
              <td>
                {signal.explanation && toLevel(signal.reading) !== 'normal' && describeExplanation(signal.explanation)}
              </td>
            </tr>
          ))}
        </tbody>
        {signals.length > SHOWN && <caption>{`The ${SHOWN} strangest of ${signals.length} signals`}</caption>}
      </table>
    </div>
  );
}

function nameQuality(verdict: QualityVerdict | undefined): string {
  return verdict === undefined ? 'not checked' : QUALITY_LABELS[verdict];
}
