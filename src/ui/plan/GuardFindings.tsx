import React from 'react';
import { Alert } from '@grafana/ui';
import type { GuardFinding } from '#contracts';
import { formatDuration } from '../format.ts';
import { TEST_IDS } from '../test-ids.ts';
import { GUARD_TEXTS as T } from './plan-texts.ts';

/** What spoke against a plan when it was made, and when that ends; nothing where nothing did. */
export function GuardFindings({ guards, nowMs }: { readonly guards: readonly GuardFinding[]; readonly nowMs: number }) {
  if (guards.length === 0) {
    return null;
  }
  const over = guards.every(({ untilMs }) => untilMs !== undefined && untilMs <= nowMs);
  return (
    <Alert severity={over ? 'info' : 'warning'} title={over ? T.over : T.forbidden} data-testid={TEST_IDS.plan.guards}>
      <ul>
        {guards.map(({ guard, message, untilMs }) => (
          <li key={`${guard} ${message}`}>
            <strong>{T.guards[guard]}:</strong> {message} {describeEnd(untilMs, nowMs)}
          </li>
        ))}
      </ul>
      {T.hint}
    </Alert>
  );
}

function describeEnd(untilMs: number | undefined, nowMs: number): string {
  if (untilMs === undefined) {
    return T.needsPerson;
  }
  return untilMs > nowMs ? T.ends(formatDuration(untilMs - nowMs)) : T.ended;
}
