import React, { type ReactNode } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, useStyles2 } from '@grafana/ui';
import type { ExecutionRecord, PlanRecord } from '#contracts';
import { describeAction } from './action-text.ts';
import { formatDuration, formatTime } from './format.ts';
import { ExecutionControls } from './plan/ExecutionControls.tsx';
import type { ExecutionPort } from './plan/execution-port.ts';
import { GuardFindings } from './plan/GuardFindings.tsx';
import { PLAN_TEXTS as T } from './plan/plan-texts.ts';
import { PlanFacts } from './plan/PlanFacts.tsx';
import { PlanSteps } from './plan/PlanSteps.tsx';
import { VerificationSection } from './plan/VerificationSection.tsx';
import { PlanDecisionForm, type PlanDecisionPort } from './PlanDecisionForm.tsx';
import { PLAN_STATE_TEXTS, type PlanState, toPlanState } from './plan-state.ts';
import { RiskArithmetic } from './RiskArithmetic.tsx';
import { TEST_IDS } from './test-ids.ts';
import { ToneBadge } from './ToneBadge.tsx';

/** Inputs of a card. `nowMs` comes from the caller, so that the countdown follows one clock. */
export interface PlanCardProps {
  readonly plan: PlanRecord;
  readonly execution?: ExecutionRecord | undefined;
  readonly nowMs: number;
  /** How a decision is made; absent for people without the permission. */
  readonly decide?: PlanDecisionPort | undefined;
  /** What can be done once it runs; absent for people without the permission. */
  readonly act?: ExecutionPort | undefined;
  /** Who looks at it, since the requester cannot approve. */
  readonly login?: string | undefined;
  /** Address of the incident; absent where the incident is already on the page. */
  readonly incidentHref?: string | undefined;
  /** The incident is over: a plan that still waits may do harm rather than good. */
  readonly incidentResolved?: boolean | undefined;
  /** Who would feel it, on the graph. */
  readonly impact?: ReactNode;
}

/** States in which somebody still looks at the particulars; those of decided plans are folded. */
const OPEN_STATES: readonly PlanState[] = ['pending', 'approved', 'executing', 'verifying', 'needs-human'];

/** One plan with everything an approver must see: what, why, dry run, risk, checks, decisions; and the two buttons. */
export function PlanCard(props: PlanCardProps) {
  const { plan, execution, nowMs, incidentResolved } = props;
  const styles = useStyles2(getStyles);
  const state = toPlanState(plan, execution, nowMs);
  return (
    <article
      className={styles.card}
      data-testid={TEST_IDS.plan.card}
      data-plan={plan.id}
      data-action={plan.action}
      data-state={state}
    >
      <header className={styles.header}>
        <h3 className={styles.title}>{describeAction(plan)}</h3>
        <PlanStateBadge state={state} />
      </header>
      <p>
        {PLAN_STATE_TEXTS[state].meaning} {execution && execution.message}
      </p>
      {state === 'pending' && incidentResolved === true && (
        <Alert severity="warning" title={T.resolved}>
          {T.resolvedHint}
        </Alert>
      )}
      {state === 'pending' && <Expiry expiresMs={plan.approval.expiresMs} nowMs={nowMs} />}
      {state === 'pending' && <GuardFindings guards={plan.guards} nowMs={nowMs} />}
      {execution && <ExecutionControls execution={execution} act={props.act} />}
      {OPEN_STATES.includes(state) ? (
        <PlanDetails {...props} />
      ) : (
        <details>
          <summary>{T.details}</summary>
          <PlanDetails {...props} />
        </details>
      )}
      <Decisions plan={plan} />
      {state === 'pending' && <PlanDecisionForm plan={plan} decide={props.decide} login={props.login} />}
    </article>
  );
}

function PlanDetails({ plan, execution, nowMs, act, incidentHref, impact }: PlanCardProps) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.details}>
      <PlanFacts plan={plan} incidentHref={incidentHref} />
      <PlanSteps plan={plan} execution={execution} nowMs={nowMs} act={act} />
      <RiskArithmetic risk={plan.risk} />
      {impact}
      <VerificationSection plan={plan} execution={execution} />
    </div>
  );
}

/** Where a plan stands, in words with icon and colour. */
export function PlanStateBadge({ state }: { readonly state: PlanState }) {
  const { label, tone, icon } = PLAN_STATE_TEXTS[state];
  return (
    <ToneBadge tone={tone} icon={icon} testId={TEST_IDS.badge.planState} state={state}>
      {label}
    </ToneBadge>
  );
}

function Expiry({ expiresMs, nowMs }: { readonly expiresMs: number; readonly nowMs: number }) {
  return (
    <p data-testid={TEST_IDS.plan.expiry}>
      {T.expiry.before} <strong>{formatDuration(expiresMs - nowMs)}</strong> {T.expiry.until(formatTime(expiresMs))}
    </p>
  );
}

function Decisions({ plan }: { readonly plan: PlanRecord }) {
  const styles = useStyles2(getStyles);
  const { decisions } = plan.approval;
  if (decisions.length === 0) {
    return null;
  }
  return (
    <ul className={styles.decisions} aria-label={T.decisions}>
      {decisions.map(({ approver, decision, comment, atMs, breakGlass }) => (
        <li key={`${approver} ${atMs}`} data-testid={TEST_IDS.plan.decision}>
          {breakGlass && (
            <>
              <ToneBadge tone="error" icon="shield-exclamation">
                {T.alone}
              </ToneBadge>{' '}
            </>
          )}
          {T.decided(decision === 'approve', approver, formatTime(atMs))}
          {comment !== '' && `: ${comment}`}
        </li>
      ))}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    display: 'grid',
    gap: theme.spacing(1),
    gridTemplateColumns: 'minmax(0, 1fr)',
    padding: theme.spacing(2),
    marginBottom: theme.spacing(2),
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.primary,
    '& p': { margin: 0 },
  }),
  details: css({ display: 'grid', gap: theme.spacing(2), gridTemplateColumns: 'minmax(0, 1fr)' }),
  header: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(1),
    alignItems: 'center',
    justifyContent: 'space-between',
  }),
  title: css({ margin: 0, fontSize: theme.typography.h4.fontSize, overflowWrap: 'anywhere' }),
  decisions: css({ margin: 0, paddingLeft: theme.spacing(2) }),
});
