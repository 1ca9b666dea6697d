import React, { useCallback } from 'react';
import { TextLink, useStyles2 } from '@grafana/ui';
import type { ExecutionRecord, PlanRecord } from '#contracts';
import {
  CheckTable,
  describeAction,
  EmptyState,
  formatDuration,
  formatTime,
  PlanStateBadge,
  tableStyles,
  TEST_IDS,
  toExecutionState,
} from '#ui';
import { useClients } from '../../api/clients.ts';
import { Reading } from '../../Reading.tsx';
import { toIncidentUrl } from '../../routes.ts';
import { usePolling } from '../../use-polling.ts';

const POLL_MS = 5_000;

/** Executions, newest first, each with the checks that decided its outcome. */
export function HistoryTab() {
  const { executor } = useClients();
  const load = useCallback(
    async (signal: AbortSignal) => {
      const [executions, plans] = await Promise.all([
        executor.executions(undefined, signal),
        executor.plans({}, signal),
      ]);
      return { executions, plans };
    },
    [executor]
  );
  const polled = usePolling(load, POLL_MS);
  return (
    <Reading polled={polled} label="Reading executions">
      {({ executions, plans }) => <Executions executions={executions} plans={plans} />}
    </Reading>
  );
}

function Executions({
  executions,
  plans,
}: {
  readonly executions: readonly ExecutionRecord[];
  readonly plans: readonly PlanRecord[];
}) {
  const table = useStyles2(tableStyles);
  if (executions.length === 0) {
    return (
      <EmptyState title="Nothing has been executed yet">Approved plans appear here with their outcome.</EmptyState>
    );
  }
  return (
    <div className={table.wrapper}>
      <table className={table.table} data-testid={TEST_IDS.runbooks.executions}>
        <thead>
          <tr>
            <th scope="col">Action</th>
            <th scope="col">Outcome</th>
            <th scope="col">Started</th>
            <th scope="col">Took</th>
            <th scope="col">Checks</th>
          </tr>
        </thead>
        <tbody>
          {executions
            .toSorted((a, b) => b.startedMs - a.startedMs)
            .map((execution) => (
              <ExecutionRow
                key={execution.id}
                execution={execution}
                plan={plans.find(({ id }) => id === execution.planId)}
              />
            ))}
        </tbody>
      </table>
    </div>
  );
}

function ExecutionRow({
  execution,
  plan,
}: {
  readonly execution: ExecutionRecord;
  readonly plan: PlanRecord | undefined;
}) {
  const table = useStyles2(tableStyles);
  return (
    <tr data-testid={TEST_IDS.runbooks.execution}>
      <th scope="row">
        {plan ? describeAction(plan) : `Plan ${execution.planId}`}
        <div>
          <TextLink href={toIncidentUrl(execution.incidentId)} inline={false}>
            Incident
          </TextLink>
        </div>
      </th>
      <td>
        <PlanStateBadge state={toExecutionState(execution)} />
        <div className={table.muted}>{execution.message}</div>
      </td>
      <td className={table.number}>{formatTime(execution.startedMs)}</td>
      <td className={table.number}>
        {execution.finishedMs === null ? 'still running' : formatDuration(execution.finishedMs - execution.startedMs)}
      </td>
      <td>
        <details>
          <summary>{execution.checks.length} results</summary>
          <CheckTable checks={plan?.verification ?? []} results={execution.checks} />
        </details>
      </td>
    </tr>
  );
}
