import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { ExecutionRecord, ExecutionStep, PlanRecord, PlanStep } from '#contracts';
import { formatDuration, formatSeconds, formatTime } from '../format.ts';
import { TEST_IDS } from '../test-ids.ts';
import { ToneBadge } from '../ToneBadge.tsx';
import { ConfirmStep } from './ConfirmStep.tsx';
import type { ExecutionPort } from './execution-port.ts';
import { STEP_TEXTS as T } from './plan-texts.ts';
import { describeStepTarget, toStepState, waitsForPerson } from './step-state.ts';

interface StepsProps {
  readonly plan: PlanRecord;
  readonly execution?: ExecutionRecord | undefined;
  readonly nowMs: number;
  /** Absent for people who may not act. */
  readonly act?: ExecutionPort | undefined;
}

/** Every step of a plan with what it changes and, once it runs, with what became of it. */
export function PlanSteps({ plan, execution, nowMs, act }: StepsProps) {
  const styles = useStyles2(getStyles);
  const states = execution?.steps ?? [];
  if (plan.steps.length === 0) {
    return <DryRun text={plan.dryRun} />;
  }
  return (
    <section>
      <h4 className={styles.heading}>{T.heading(plan.steps.length)}</h4>
      <ol className={styles.list} data-testid={TEST_IDS.plan.steps}>
        {plan.steps.map((step, index) => {
          const state = states.find(({ id }) => id === step.id) ?? states[index];
          return (
            <li key={step.id} data-testid={TEST_IDS.plan.step} data-step={step.id} data-phase={state?.phase}>
              <StepHead step={step} state={state} />
              <p className={styles.muted}>
                <code>{step.action}</code> {describeStepTarget(step)}
              </p>
              {step.condition && (
                <p>
                  {T.onlyIf} <code>{step.condition.expression}</code>
                </p>
              )}
              {state && <Progress state={state} nowMs={nowMs} />}
              {execution && act && state && waitsForPerson(step, state) && (
                <ConfirmStep execution={execution} stepId={step.id} act={act} />
              )}
              <pre className={styles.diff} data-testid={TEST_IDS.plan.dryRun}>
                {step.diff === '' ? T.noDiff : step.diff}
              </pre>
              {step.warnings.length > 0 && (
                <ul className={styles.warnings} aria-label={T.warnings}>
                  {step.warnings.map((warning) => (
                    <li key={warning}>{warning}</li>
                  ))}
                </ul>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** Of a plan of an older version, which has no steps. */
function DryRun({ text }: { readonly text: string }) {
  const styles = useStyles2(getStyles);
  return (
    <section>
      <h4 className={styles.heading}>{T.dryRun}</h4>
      <pre className={styles.diff} data-testid={TEST_IDS.plan.dryRun}>
        {text === '' ? T.noDryRun : text}
      </pre>
    </section>
  );
}

function StepHead({ step, state }: { readonly step: PlanStep; readonly state: ExecutionStep | undefined }) {
  const styles = useStyles2(getStyles);
  const shown = state && toStepState(step, state);
  return (
    <div className={styles.head}>
      <strong>{step.title}</strong>
      {step.destructive && (
        <ToneBadge tone="error" icon="exclamation-triangle">
          {T.destructive}
        </ToneBadge>
      )}
      {!step.reversible && (
        <ToneBadge tone="warning" icon="exclamation-circle">
          {T.notReversible}
        </ToneBadge>
      )}
      {step.ttlSeconds !== undefined && (
        <ToneBadge tone="info" icon="clock-nine">
          {T.temporary(formatSeconds(step.ttlSeconds))}
        </ToneBadge>
      )}
      {shown && (
        <ToneBadge tone={shown.tone} icon={shown.icon} state={state.phase}>
          {shown.label}
        </ToneBadge>
      )}
    </div>
  );
}

function Progress({ state, nowMs }: { readonly state: ExecutionStep; readonly nowMs: number }) {
  const atMs = state.undoneMs ?? state.effectMs;
  const { releaseMs } = state;
  return (
    <p>
      {state.message}
      {atMs !== null && ` (${formatTime(atMs)})`}
      {releaseMs !== null && state.undoneMs === null && (
        <>
          {' '}
          <strong>{releaseMs > nowMs ? T.goesBack(formatDuration(releaseMs - nowMs)) : T.isOver}</strong>
        </>
      )}
    </p>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  heading: css({ margin: theme.spacing(0, 0, 0.5), fontSize: theme.typography.h6.fontSize }),
  list: css({
    display: 'grid',
    gap: theme.spacing(1.5),
    gridTemplateColumns: 'minmax(0, 1fr)',
    margin: 0,
    paddingLeft: theme.spacing(3),
    '& > li > p': { margin: theme.spacing(0.5, 0) },
  }),
  head: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5, 1), alignItems: 'center' }),
  muted: css({ color: theme.colors.text.secondary, overflowWrap: 'anywhere' }),
  diff: css({ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', margin: 0 }),
  warnings: css({ margin: 0, paddingLeft: theme.spacing(2), color: theme.colors.warning.text }),
});
