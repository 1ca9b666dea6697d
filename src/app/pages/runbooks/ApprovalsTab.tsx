import React, { useCallback, useState } from 'react';
import { Button, TextLink } from '@grafana/ui';
import type { ExecutionRecord, PlanRecord } from '#contracts';
import { EmptyState, type PlanState, sortPlans, TEST_IDS, toPlanState } from '#ui';
import { useClients } from '../../api/clients.ts';
import { Section } from '../../PageFrame.tsx';
import { PlanEntry } from '../../plans/PlanEntry.tsx';
import { Reading } from '../../Reading.tsx';
import { PAGE_PATHS, toIncidentUrl, toRunbooksUrl } from '../../routes.ts';
import { useNow, usePolling } from '../../use-polling.ts';

const POLL_MS = 3_000;
/** As many as the executor gives at once. */
const MOST = 100;
/** Decided plans that are shown at first, and with every press of the button. */
const SHOWN_DECIDED = 10;
const RUNNING: readonly PlanState[] = ['approved', 'executing', 'verifying', 'needs-human'];

/** Plans that wait for a person, then what runs, then the newest decided ones. */
export function ApprovalsTab() {
  const { executor } = useClients();
  const load = useCallback(
    async (signal: AbortSignal) => {
      const [waiting, newest, executions, open] = await Promise.all([
        executor.plans({ status: 'pending', limit: MOST }, signal),
        executor.plans({ limit: MOST }, signal),
        executor.executions(undefined, signal),
        executor.incidents('open', signal),
      ]);
      const known = new Set(newest.map(({ id }) => id));
      return {
        plans: [...newest, ...waiting.filter(({ id }) => !known.has(id))],
        executions,
        openIncidents: new Set(open.map(({ id }) => id)),
      };
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
  const now = useNow();
  const [shown, setShown] = useState(SHOWN_DECIDED);
  const executionOf = (plan: PlanRecord) => props.executions.find(({ planId }) => planId === plan.id);
  const stateOf = (plan: PlanRecord) => toPlanState(plan, executionOf(plan), now);
  const sorted = sortPlans(props.plans, stateOf);
  const card = (plan: PlanRecord) => (
    <PlanEntry
      key={plan.id}
      plan={plan}
      execution={executionOf(plan)}
      nowMs={now}
      onChanged={props.onChanged}
      incidentHref={toIncidentUrl(plan.incidentId)}
      incidentResolved={!props.openIncidents.has(plan.incidentId)}
    />
  );
  const pending = sorted.filter((plan) => stateOf(plan) === 'pending');
  const running = sorted.filter((plan) => RUNNING.includes(stateOf(plan)));
  const decided = sorted.filter((plan) => !pending.includes(plan) && !running.includes(plan));
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
      {decided.length > 0 && (
        <Section title="Decided last">
          {decided.slice(0, shown).map(card)}
          {decided.length > shown && (
            <Button
              variant="secondary"
              icon="angle-down"
              onClick={() => setShown(shown + SHOWN_DECIDED)}
              data-testid={TEST_IDS.runbooks.more}
            >
              Show older ones
            </Button>
          )}{' '}
          <TextLink href={toRunbooksUrl('history')}>Everything that was executed</TextLink>
        </Section>
      )}
    </>
  );
}
