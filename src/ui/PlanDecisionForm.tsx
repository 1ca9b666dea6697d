import React, { useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Field, TextArea, useStyles2 } from '@grafana/ui';
import type { PlanRecord } from '#contracts';
import { describeAction } from './action-text.ts';
import type { Problem } from './problem.ts';
import { ErrorState } from './states.tsx';
import { TEST_IDS } from './test-ids.ts';

/**
 * How a decision is made. `challenge` proves that the plan as shown is the plan that is decided; `decide` uses it up.
 * Both reject with a `Problem`.
 */
export interface PlanDecisionPort {
  challenge(plan: PlanRecord): Promise<string>;
  decide(plan: PlanRecord, decision: 'approve' | 'reject', challenge: string, comment: string): Promise<void>;
  toProblem(error: unknown): Problem;
}

const MAX_COMMENT = 1000;

/** Comment and the two buttons. Each asks once more and says what will happen, since approving changes production. */
export function PlanDecisionForm({
  plan,
  decide,
}: {
  readonly plan: PlanRecord;
  readonly decide: PlanDecisionPort | undefined;
}) {
  const styles = useStyles2(getStyles);
  const [comment, setComment] = useState('');
  const form = useDecision(plan, decide);
  if (!decide) {
    return <p className={styles.note}>You may not decide on plans. Ask for the role “Causeway approver”.</p>;
  }
  return (
    <div className={styles.form}>
      <Field label="Comment" description="Kept with the decision" noMargin>
        <TextArea
          value={comment}
          maxLength={MAX_COMMENT}
          rows={2}
          onChange={(event) => setComment(event.currentTarget.value)}
          data-testid={TEST_IDS.plan.comment}
          aria-label="Comment"
        />
      </Field>
      {form.problem && <ErrorState problem={form.problem} />}
      {form.asked === undefined ? (
        <div className={styles.buttons}>
          <Button
            variant="primary"
            icon="check"
            disabled={form.busy}
            onClick={() => form.ask('approve')}
            data-testid={TEST_IDS.plan.approve}
          >
            Approve
          </Button>
          <Button
            variant="secondary"
            icon="times"
            disabled={form.busy}
            onClick={() => form.ask('reject')}
            data-testid={TEST_IDS.plan.reject}
          >
            Reject
          </Button>
        </div>
      ) : (
        <section className={styles.confirm} aria-label="Confirm the decision">
          <span>
            {form.asked.decision === 'approve'
              ? `This will be done now: ${describeAction(plan)}.`
              : 'The plan will be rejected and nothing is changed.'}
          </span>
          <Button
            variant={form.asked.decision === 'approve' ? 'primary' : 'destructive'}
            disabled={form.busy}
            onClick={() => form.confirm(comment)}
            data-testid={TEST_IDS.plan.confirm}
          >
            {form.asked.decision === 'approve' ? 'Yes, approve and run' : 'Yes, reject'}
          </Button>
          <Button
            variant="secondary"
            fill="text"
            disabled={form.busy}
            onClick={form.cancel}
            data-testid={TEST_IDS.plan.cancel}
          >
            Go back
          </Button>
        </section>
      )}
    </div>
  );
}

interface Asked {
  readonly decision: 'approve' | 'reject';
  readonly challenge: string;
}

/** The steps of a decision: ask for the challenge, wait for the second click, decide. */
function useDecision(plan: PlanRecord, port: PlanDecisionPort | undefined) {
  const [asked, setAsked] = useState<Asked>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const run = (step: () => Promise<void>) => {
    setBusy(true);
    setProblem(undefined);
    step()
      .catch((error: unknown) => {
        setAsked(undefined);
        setProblem(port?.toProblem(error));
      })
      .finally(() => setBusy(false));
  };
  return {
    asked,
    busy,
    problem,
    ask: (decision: Asked['decision']) =>
      run(async () => {
        const challenge = await port?.challenge(plan);
        setAsked(challenge === undefined ? undefined : { decision, challenge });
      }),
    confirm: (comment: string) =>
      run(async () => {
        if (asked) {
          await port?.decide(plan, asked.decision, asked.challenge, comment.trim());
        }
      }),
    cancel: () => setAsked(undefined),
  };
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({ display: 'grid', gap: theme.spacing(1) }),
  buttons: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) }),
  confirm: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(1),
    alignItems: 'center',
    padding: theme.spacing(1),
    border: `1px solid ${theme.colors.warning.border}`,
    borderRadius: theme.shape.radius.default,
    '& > span': { flexBasis: '100%', fontWeight: theme.typography.fontWeightMedium },
  }),
  note: css({ color: theme.colors.text.secondary }),
});
