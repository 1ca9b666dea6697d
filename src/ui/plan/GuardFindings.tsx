import React from 'react';
import { Alert } from '@grafana/ui';
import type { GuardFinding } from '#contracts';
import { formatDuration } from '../format.ts';
import { TEST_IDS } from '../test-ids.ts';

const GUARD_LABELS: Readonly<Record<GuardFinding['guard'], string>> = {
  freeze: 'Freeze',
  maintenance: 'Maintenance window',
  'cool-down': 'Cool-down',
  concurrency: 'Already busy',
  recurrence: 'Came back too often',
  'blast-radius': 'Too much at once',
};

/** What spoke against a plan when it was made, and when that ends; nothing where nothing did. */
export function GuardFindings({ guards, nowMs }: { readonly guards: readonly GuardFinding[]; readonly nowMs: number }) {
  if (guards.length === 0) {
    return null;
  }
  const over = guards.every(({ untilMs }) => untilMs !== undefined && untilMs <= nowMs);
  return (
    <Alert
      severity={over ? 'info' : 'warning'}
      title={over ? 'What spoke against it is over' : 'A guard rail forbids it for now'}
      data-testid={TEST_IDS.plan.guards}
    >
      <ul>
        {guards.map(({ guard, message, untilMs }) => (
          <li key={`${guard} ${message}`}>
            <strong>{GUARD_LABELS[guard]}:</strong> {message} {describeEnd(untilMs, nowMs)}
          </li>
        ))}
      </ul>
      As it was when the plan was made. It is checked again at approval and before each step.
    </Alert>
  );
}

function describeEnd(untilMs: number | undefined, nowMs: number): string {
  if (untilMs === undefined) {
    return 'A person has to change that.';
  }
  return untilMs > nowMs ? `Ends by itself in ${formatDuration(untilMs - nowMs)}.` : 'This is over.';
}
