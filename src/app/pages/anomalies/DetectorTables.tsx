import React from 'react';
import { useStyles2 } from '@grafana/ui';
import type { DetectorsAnswer } from '#contracts';
import { describeDetector, EmptyState, formatMinute, formatRatio, nameSignal, tableStyles, TEST_IDS } from '#ui';

/** The model of a service, and per signal its detectors and the threshold in plain words. */
export function DetectorTables({ answer }: { readonly answer: DetectorsAnswer }) {
  const table = useStyles2(tableStyles);
  return (
    <>
      <p data-testid={TEST_IDS.anomalies.model}>{describeModel(answer.model).join(' ')}</p>
      {answer.signals.length === 0 ? (
        <EmptyState title="No signal of this service is judged yet" />
      ) : (
        <div className={table.wrapper}>
          <table className={table.table} data-testid={TEST_IDS.anomalies.signals}>
            <thead>
              <tr>
                <th scope="col">Signal</th>
                <th scope="col">Warns</th>
                <th scope="col">Detectors</th>
              </tr>
            </thead>
            <tbody>
              {answer.signals.map(({ signalId, tier, detectors, threshold }) => (
                <tr key={signalId}>
                  <th scope="row">
                    {nameSignal(signalId)}
                    {signalId.includes('/feature/') && <div className={table.muted}>feature of the model</div>}
                  </th>
                  <td>{threshold}</td>
                  <td>
                    {tier === 'full' ? 'Full set: ' : 'Light set: '}
                    {detectors.map(describeDetector).join(', ')}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

/** The state of the model of a service in sentences. */
export function describeModel(model: DetectorsAnswer['model']): readonly string[] {
  if (model.state !== 'ready') {
    return [`No model of the service: ${model.state}.`, 'Its score is the largest of its signals.'];
  }
  const when = model.fittedMs === null ? 'at an unknown time' : formatMinute(model.fittedMs);
  return [
    `Model ${model.version} over ${model.features.length} signals, fitted ${when} on ${model.rows} rows (${model.fitReason}).`,
    model.contamination === 0
      ? 'The whole history is trusted.'
      : `The strangest ${formatRatio(model.contamination)} of the history are left out of it.`,
    ...(model.shadow ? ['A newer model runs beside it for a day before it takes over.'] : []),
  ];
}
