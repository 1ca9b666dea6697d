import React from 'react';
import { useStyles2 } from '@grafana/ui';
import type { ExecutionRecord, ExecutionStepPhase, PlanRecord } from '#contracts';
import { formatTime } from './format.ts';
import { tableStyles } from './table-style.ts';
import { TEST_IDS } from './test-ids.ts';

/** What each phase of a step means to a person. */
const STEP_PHASE_TEXTS: Readonly<Record<ExecutionStepPhase, string>> = {
  pending: 'Waits',
  intent: 'Being sent',
  applied: 'Sent, not there yet',
  settled: 'Done',
  stuck: 'Does not arrive',
  skipped: 'Not needed',
  failed: 'Not done',
  'undo-intent': 'Being taken back',
  undone: 'Taken back',
  'undo-refused': 'Could not be taken back',
};

/** The steps of an execution with what became of each; nothing for executions of older versions, which have none. */
export function ExecutionSteps({
  plan,
  execution,
}: {
  readonly plan: PlanRecord;
  readonly execution: Pick<ExecutionRecord, 'steps'>;
}) {
  const table = useStyles2(tableStyles);
  if (execution.steps.length === 0) {
    return null;
  }
  return (
    <div className={table.wrapper}>
      <table className={table.table} data-testid={TEST_IDS.plan.steps}>
        <caption>Steps</caption>
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">State</th>
            <th scope="col">When</th>
            <th scope="col">What the platform said</th>
          </tr>
        </thead>
        <tbody>
          {execution.steps.map(({ id, phase, message, effectMs, undoneMs }, index) => {
            const planned = plan.steps[index];
            const atMs = undoneMs ?? effectMs;
            return (
              <tr key={id} data-phase={phase}>
                <th scope="row">
                  {index + 1}. {planned ? `${planned.action} ${planned.target.name}` : id}
                </th>
                <td>{STEP_PHASE_TEXTS[phase]}</td>
                <td>{atMs === null ? '' : formatTime(atMs)}</td>
                <td>{message}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
