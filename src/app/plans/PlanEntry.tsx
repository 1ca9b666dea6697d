import React, { useMemo } from 'react';
import type { ExecutionRecord, PlanRecord } from '#contracts';
import { PlanCard } from '#ui';
import { useClients } from '../api/clients.ts';
import { createDecisionPort, createExecutionPort } from '../plan-decisions.ts';
import { BlastRadius } from './BlastRadius.tsx';

/** A plan's card with everything that the person may do about it. */
export function PlanEntry(props: {
  readonly plan: PlanRecord;
  readonly execution: ExecutionRecord | undefined;
  readonly nowMs: number;
  readonly onChanged: () => void;
  readonly incidentHref?: string | undefined;
  readonly incidentResolved?: boolean | undefined;
}) {
  const { plan, onChanged } = props;
  const { executor, canExecute, login } = useClients();
  const decide = useMemo(() => createDecisionPort(executor, onChanged), [executor, onChanged]);
  const act = useMemo(() => createExecutionPort(executor, onChanged), [executor, onChanged]);
  return (
    <PlanCard
      plan={plan}
      execution={props.execution}
      nowMs={props.nowMs}
      decide={canExecute ? decide : undefined}
      act={canExecute ? act : undefined}
      login={login}
      incidentHref={props.incidentHref}
      incidentResolved={props.incidentResolved}
      impact={<BlastRadius service={plan.target.name} />}
    />
  );
}
