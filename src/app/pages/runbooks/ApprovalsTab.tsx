import React, { useCallback, useMemo } from 'react';
import type { ExecutionRecord, PlanRecord } from '#contracts';
import { EmptyState, PlanCard, type PlanState, sortPlans, TEST_IDS, toPlanState } from '#ui';
import { useClients } from '../../api/clients.ts';
import { Section } from '../../PageFrame.tsx';
import { createDecisionPort } from '../../plan-decisions.ts';
import { Reading } from '../../Reading.tsx';
import { PAGE_PATHS, toIncidentUrl } from '../../routes.ts';
import { useNow, usePolling } from '../../use-polling.ts';

const POLL_MS = 3_000;
const SHOWN_DECIDED = 20;
const RUNNING: readonly PlanState[] = ['approved', 'executing', 'verifying', 'needs-human'];

/** Plans that wait for a person, then what runs, then the newest decided ones. */
export function ApprovalsTab() {
  const { executor } = useClients();
  const load = useCallback(
    async (signal: AbortSignal) => {
      const [plans, executions, open] = await Promise.all([
        executor.plans({}, signal),
        executor.executions(undefined, signal),
        executor.incidents('open', signal),
      ]);
      return { plans, executions, openIncidents: new Set(open.map(({ id }) => id)) };
    },
    [executor]
  );
  const polled = usePolling(load, POLL_MS);
  return (
    <Reading polled={polled} label="Reading plans">
      {(data) => <Plans {...data} onChanged={polled.refresh} />}
    </Reading>
  );
}

function Plans(props: {
  readonly plans: readonly PlanRecord[];
  readonly executions: readonly ExecutionRecord[];
  readonly openIncidents: ReadonlySet<string>;
  readonly onChanged: () => void;
}) {
  const { executor, canExecute } = useClients();
  const now = useNow();
  const port = useMemo(() => createDecisionPort(executor, props.onChanged), [executor, props.onChanged]);
  const executionOf = (plan: PlanRecord) => props.executions.find(({ planId }) => planId === plan.id);
  const stateOf = (plan: PlanRecord) => toPlanState(plan, executionOf(plan), now);
  const sorted = sortPlans(props.plans, stateOf);
  const card = (plan: PlanRecord) => (
    <PlanCard
      key={plan.id}
      plan={plan}
      execution={executionOf(plan)}
      nowMs={now}
      decide={canExecute ? port : undefined}
      incidentHref={toIncidentUrl(plan.incidentId)}
      incidentResolved={!props.openIncidents.has(plan.incidentId)}
    />
  );
  const pending = sorted.filter((plan) => stateOf(plan) === 'pending');
  const running = sorted.filter((plan) => RUNNING.includes(stateOf(plan)));
  const decided = sorted.filter((plan) => !pending.includes(plan) && !running.includes(plan)).slice(0, SHOWN_DECIDED);
  return (
    <>
      <Section title={`Waiting for a decision (${pending.length})`} testId={TEST_IDS.runbooks.pending}>
        {pending.length > 0 ? (
          pending.map(card)
        ) : (
          <EmptyState
            title="Nothing waits for a decision"
            link={{ href: PAGE_PATHS.overview, text: 'Back to the overview' }}
          >
            When Causeway proposes an action, or somebody asks for one by hand, it appears here.
          </EmptyState>
        )}
      </Section>
      {running.length > 0 && <Section title={`Under way (${running.length})`}>{running.map(card)}</Section>}
      {decided.length > 0 && <Section title="Decided">{decided.map(card)}</Section>}
    </>
  );
}
