import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, useStyles2 } from '@grafana/ui';
import type { ExecutionRecord, PlanRecord } from '#contracts';
import { describeAction } from './action-text.ts';
import { CheckTable } from './CheckTable.tsx';
import { ExecutionSteps } from './ExecutionSteps.tsx';
import { formatDuration, formatConfidence, formatSeconds, formatTime } from './format.ts';
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
  /** Address of the incident; absent where the incident is already on the page. */
  readonly incidentHref?: string | undefined;
  /** The incident is over: a plan that still waits may do harm rather than good. */
  readonly incidentResolved?: boolean | undefined;
}

/** States in which somebody still looks at the particulars; those of decided plans are folded. */
const OPEN_STATES: readonly PlanState[] = ['pending', 'approved', 'executing', 'verifying', 'needs-human'];

/** One plan with everything an approver must see: what, why, dry run, risk, checks, decisions; and the two buttons. */
export function PlanCard({ plan, execution, nowMs, decide, incidentHref, incidentResolved }: PlanCardProps) {
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
        <Alert severity="warning" title="The incident is resolved">
          Reject this plan, unless you know why it is still needed.
        </Alert>
      )}
      {state === 'pending' && <Expiry expiresMs={plan.approval.expiresMs} nowMs={nowMs} />}
      {OPEN_STATES.includes(state) ? (
        <PlanDetails plan={plan} execution={execution} incidentHref={incidentHref} />
      ) : (
        <details>
          <summary>Why, dry run, risk and checks</summary>
          <PlanDetails plan={plan} execution={execution} incidentHref={incidentHref} />
        </details>
      )}
      <Decisions plan={plan} />
      {state === 'pending' && <PlanDecisionForm plan={plan} decide={decide} />}
    </article>
  );
}

function PlanDetails({ plan, execution, incidentHref }: Pick<PlanCardProps, 'plan' | 'execution' | 'incidentHref'>) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.details}>
      <Facts plan={plan} incidentHref={incidentHref} />
      <section>
        <h4 className={styles.heading}>Dry run</h4>
        <pre className={styles.dryRun} data-testid={TEST_IDS.plan.dryRun}>
          {plan.dryRun === '' ? 'The platform gave no dry run for this action.' : plan.dryRun}
        </pre>
      </section>
      <RiskArithmetic risk={plan.risk} />
      {execution !== undefined && <ExecutionSteps plan={plan} execution={execution} />}
      <CheckTable checks={plan.verification} results={execution?.checks ?? []} />
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
      Decide within <strong>{formatDuration(expiresMs - nowMs)}</strong> (until {formatTime(expiresMs)}).
    </p>
  );
}

function Facts({ plan, incidentHref }: { readonly plan: PlanRecord; readonly incidentHref: string | undefined }) {
  const styles = useStyles2(getStyles);
  const facts: ReadonlyArray<readonly [string, React.ReactNode]> = [
    ['Why', plan.rationale],
    ['Confidence in the cause', formatConfidence(plan.confidence)],
    ['Expected to take', formatSeconds(plan.expectedSeconds)],
    ['Reversible', plan.reversible ? 'yes' : 'NO, it cannot be undone'],
    ['If it does not help', FAILURE_TEXTS[plan.onFailure]],
    ['Requested by', `${plan.requester}, ${formatTime(plan.createdMs)}`],
    ...(incidentHref === undefined
      ? []
      : [
          [
            'Incident',
            <a key="i" className={styles.link} href={incidentHref}>
              {plan.incidentId}
            </a>,
          ] as const,
        ]),
  ];
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <React.Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </React.Fragment>
      ))}
    </dl>
  );
}

const FAILURE_TEXTS: Readonly<Record<PlanRecord['onFailure'], string>> = {
  rollback: 'it is taken back, and a person is called where that is not possible',
  notify: 'it stays, and the outcome says so',
  hold: 'it stays, and a person is called',
};

function Decisions({ plan }: { readonly plan: PlanRecord }) {
  const styles = useStyles2(getStyles);
  const { decisions } = plan.approval;
  if (decisions.length === 0) {
    return null;
  }
  return (
    <ul className={styles.decisions} aria-label="Decisions so far">
      {decisions.map(({ approver, decision, comment, atMs }) => (
        <li key={`${approver} ${atMs}`} data-testid={TEST_IDS.plan.decision}>
          {decision === 'approve' ? 'Approved' : 'Rejected'} by {approver}, {formatTime(atMs)}
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
  details: css({ display: 'grid', gap: theme.spacing(1), gridTemplateColumns: 'minmax(0, 1fr)' }),
  header: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(1),
    alignItems: 'center',
    justifyContent: 'space-between',
  }),
  title: css({ margin: 0, fontSize: theme.typography.h4.fontSize }),
  heading: css({ margin: theme.spacing(0, 0, 0.5), fontSize: theme.typography.h6.fontSize }),
  dryRun: css({
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    margin: 0,
  }),
  facts: css({
    display: 'grid',
    gridTemplateColumns: 'max-content minmax(0, 1fr)',
    gap: theme.spacing(0.25, 2),
    margin: 0,
    '& dt': { color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular },
    '& dd': { margin: 0 },
  }),
  decisions: css({ margin: 0, paddingLeft: theme.spacing(2) }),
  link: css({ color: theme.colors.text.link }),
});
