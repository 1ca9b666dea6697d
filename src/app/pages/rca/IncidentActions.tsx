import React from 'react';
import { TextLink } from '@grafana/ui';
import type { ExecutionRecord, IncidentRecord, PlanRecord } from '#contracts';
import type { RcaReport } from '#model';
import { type PlanState, sortPlans, TEST_IDS, toPlanState } from '#ui';
import { Section } from '../../PageFrame.tsx';
import { PlanEntry } from '../../plans/PlanEntry.tsx';
import { toRunbooksUrl } from '../../routes.ts';
import { useNow } from '../../use-polling.ts';
import type { FeedbackPort } from './feedback/FeedbackControl.tsx';
import { ProposalList } from './ProposalList.tsx';
import { PART_TEXTS } from './rca-texts.ts';

/** States in which a plan stands for its proposal; one that came to nothing can be asked for again. */
const STANDING: readonly PlanState[] = ['pending', 'approved', 'executing', 'verifying', 'recovered'];

/** What can be done about an incident: plans that wait, proposals of the report, runbooks. */
export function IncidentActions({
  incident,
  report,
  plans: unsorted,
  executions,
  feedback,
  onChanged,
}: {
  readonly incident: IncidentRecord;
  readonly report: RcaReport;
  readonly plans: readonly PlanRecord[];
  readonly executions: readonly ExecutionRecord[];
  readonly feedback: FeedbackPort | undefined;
  readonly onChanged: () => void;
}) {
  const now = useNow();
  const executionOf = (plan: PlanRecord) => executions.find(({ planId }) => planId === plan.id);
  const stateOf = (plan: PlanRecord) => toPlanState(plan, executionOf(plan), now);
  const plans = sortPlans(unsorted, stateOf);
  return (
    <>
      {plans.length > 0 && (
        <Section title={PART_TEXTS.actions} testId={TEST_IDS.rca.plans}>
          {plans.map((plan) => (
            <PlanEntry
              key={plan.id}
              plan={plan}
              execution={executionOf(plan)}
              nowMs={now}
              onChanged={onChanged}
              incidentResolved={incident.status === 'resolved'}
            />
          ))}
        </Section>
      )}
      {incident.status === 'open' && (
        <>
          <ProposalList
            proposals={report.proposals}
            incidentId={incident.id}
            hasCause={report.decision === 'root-cause'}
            planned={plans.filter((plan) => STANDING.includes(stateOf(plan)))}
            onPlanned={onChanged}
            feedback={feedback}
          />
          <p>
            <TextLink href={toRunbooksUrl('proposals', { incident: incident.id })}>{PART_TEXTS.runbooks}</TextLink>
          </p>
        </>
      )}
    </>
  );
}
