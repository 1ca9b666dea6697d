import React, { useMemo } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { TextLink, useStyles2 } from '@grafana/ui';
import type { ExecutionRecord, PlanRecord } from '#contracts';
import {
  describeAction,
  ExecutionControls,
  formatDuration,
  formatTime,
  PlanStateBadge,
  PlanSteps,
  TEST_IDS,
  toExecutionState,
  VerificationSection,
} from '#ui';
import { useClients } from '../../api/clients.ts';
import { createExecutionPort } from '../../plan-decisions.ts';
import { toIncidentUrl } from '../../routes.ts';

/** One execution: what, outcome, when; steps and checks folded, unless somebody has to act. */
export function ExecutionEntry(props: {
  readonly execution: ExecutionRecord;
  readonly plan: PlanRecord | undefined;
  readonly nowMs: number;
  readonly onChanged: () => void;
}) {
  const { execution, plan, nowMs, onChanged } = props;
  const styles = useStyles2(getStyles);
  const { executor, canExecute } = useClients();
  const port = useMemo(() => createExecutionPort(executor, onChanged), [executor, onChanged]);
  const act = canExecute ? port : undefined;
  const { finishedMs, startedMs } = execution;
  return (
    <article
      className={styles.entry}
      data-testid={TEST_IDS.runbooks.execution}
      data-execution={execution.id}
      data-state={toExecutionState(execution)}
    >
      <header className={styles.head}>
        <h3 className={styles.title}>{plan ? describeAction(plan) : `Plan ${execution.planId}`}</h3>
        <PlanStateBadge state={toExecutionState(execution)} />
      </header>
      <p>{execution.message}</p>
      <p className={styles.muted}>
        {formatTime(startedMs)} ·{' '}
        {finishedMs === null ? 'still running' : `took ${formatDuration(finishedMs - startedMs)}`}
        {execution.cancelledBy !== null && ` · stopped by ${execution.cancelledBy}`} ·{' '}
        <TextLink href={toIncidentUrl(execution.incidentId)}>Incident</TextLink>
      </p>
      <ExecutionControls execution={execution} act={act} />
      {plan && (
        <details open={execution.status !== 'finished'}>
          <summary>
            {execution.steps.length} {execution.steps.length === 1 ? 'step' : 'steps'}, {execution.checks.length} check
            results
          </summary>
          <div className={styles.details}>
            <PlanSteps plan={plan} execution={execution} nowMs={nowMs} act={act} />
            <VerificationSection plan={plan} execution={execution} />
          </div>
        </details>
      )}
    </article>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  entry: css({
    display: 'grid',
    gap: theme.spacing(0.5),
    gridTemplateColumns: 'minmax(0, 1fr)',
    padding: theme.spacing(1.5, 2),
    marginBottom: theme.spacing(1),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    '& p': { margin: 0 },
  }),
  head: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(1),
    alignItems: 'center',
    justifyContent: 'space-between',
  }),
  title: css({ margin: 0, fontSize: theme.typography.h5.fontSize, overflowWrap: 'anywhere' }),
  muted: css({ color: theme.colors.text.secondary }),
  details: css({ display: 'grid', gap: theme.spacing(2), gridTemplateColumns: 'minmax(0, 1fr)' }),
});
