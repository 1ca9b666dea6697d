import React, { useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Field, TextArea, useStyles2 } from '@grafana/ui';
import type { PlanRecord } from '#contracts';
import { BreakGlass, MIN_REASON } from './plan/BreakGlass.tsx';
import { ConfirmDecision } from './plan/ConfirmDecision.tsx';
import { type ApprovalStanding, countMissing, toStanding } from './plan/plan-facts.ts';
import { DECISION_TEXTS as T } from './plan/plan-texts.ts';
import type { Problem } from './problem.ts';
import { ErrorState } from './states.tsx';
import { TEST_IDS } from './test-ids.ts';

/** What a person decides. `breakGlass`: alone, in an emergency, where more are asked for. */
export interface DecisionChoice {
  readonly decision: 'approve' | 'reject';
  readonly comment: string;
  readonly breakGlass: boolean;
}

/**
 * How a decision is made. `challenge` proves that the plan as shown is the plan that is decided; `decide` uses it up.
 * Both reject with a `Problem`.
 */
export interface PlanDecisionPort {
  challenge(plan: PlanRecord): Promise<string>;
  decide(plan: PlanRecord, choice: DecisionChoice, challenge: string): Promise<void>;
  toProblem(error: unknown): Problem;
}

interface FormProps {
  readonly plan: PlanRecord;
  readonly decide: PlanDecisionPort | undefined;
  /** Who looks at it, since the requester cannot approve. */
  readonly login?: string | undefined;
}

/** Comment and the two buttons. Each asks once more and says what will happen, since approving changes production. */
export function PlanDecisionForm({ plan, decide, login }: FormProps) {
  const styles = useStyles2(getStyles);
  const standing = toStanding(plan, login);
  if (!decide) {
    return <p className={styles.note}>{T.mayNot}</p>;
  }
  if (standing.kind === 'decided') {
    return <p className={styles.note}>{standing.why}</p>;
  }
  return <OpenForm plan={plan} decide={decide} standing={standing} />;
}

const MAX_COMMENT = 1000;

function OpenForm(props: {
  readonly plan: PlanRecord;
  readonly decide: PlanDecisionPort;
  readonly standing: ApprovalStanding;
}) {
  const { plan, decide, standing } = props;
  const styles = useStyles2(getStyles);
  const [comment, setComment] = useState('');
  const [breakGlass, setBreakGlass] = useState(false);
  const form = useDecision(plan, decide);
  const mayApprove = standing.kind === 'may';
  const lacksReason = breakGlass && comment.trim().length < MIN_REASON;
  return (
    <div className={styles.form}>
      {standing.kind !== 'may' && <p className={styles.note}>{standing.why}</p>}
      <Field
        label={breakGlass ? T.reason : T.comment}
        description={breakGlass ? T.reasonHint(MIN_REASON) : T.commentHint}
        required={breakGlass}
        noMargin
      >
        <TextArea
          value={comment}
          maxLength={MAX_COMMENT}
          rows={2}
          onChange={(event) => setComment(event.currentTarget.value)}
          data-testid={TEST_IDS.plan.comment}
          aria-label={breakGlass ? T.reason : T.comment}
        />
      </Field>
      {mayApprove && <BreakGlass missing={countMissing(plan)} checked={breakGlass} onChange={setBreakGlass} />}
      {form.problem && <ErrorState problem={form.problem} />}
      {form.asked === undefined ? (
        <div className={styles.buttons}>
          {mayApprove && (
            <Button
              variant={breakGlass ? 'destructive' : 'primary'}
              icon={breakGlass ? 'shield-exclamation' : 'check'}
              disabled={form.busy || lacksReason}
              onClick={() => form.ask('approve')}
              data-testid={TEST_IDS.plan.approve}
            >
              {breakGlass ? T.approveAlone : T.approve}
            </Button>
          )}
          <Button
            variant="secondary"
            icon="times"
            disabled={form.busy}
            onClick={() => form.ask('reject')}
            data-testid={TEST_IDS.plan.reject}
          >
            {standing.kind === 'may-withdraw' ? T.withdraw : T.reject}
          </Button>
        </div>
      ) : (
        <ConfirmDecision
          plan={plan}
          choice={{ decision: form.asked.decision, comment, breakGlass }}
          busy={form.busy}
          onConfirm={form.confirm}
          onBack={form.cancel}
        />
      )}
    </div>
  );
}

interface Asked {
  readonly decision: 'approve' | 'reject';
  readonly challenge: string;
}

/** The steps of a decision: ask for the challenge, wait for the second click, decide. */
function useDecision(plan: PlanRecord, port: PlanDecisionPort) {
  const [asked, setAsked] = useState<Asked>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const run = (step: () => Promise<void>) => {
    setBusy(true);
    setProblem(undefined);
    step()
      .catch((error: unknown) => {
        setAsked(undefined);
        setProblem(port.toProblem(error));
      })
      .finally(() => setBusy(false));
  };
  return {
    asked,
    busy,
    problem,
    ask: (decision: Asked['decision']) =>
      run(async () => {
        setAsked({ decision, challenge: await port.challenge(plan) });
      }),
    confirm: ({ decision, comment, breakGlass }: DecisionChoice) =>
      run(async () => {
        if (asked) {
          const choice = { decision, comment: comment.trim(), breakGlass: breakGlass && decision === 'approve' };
          await port.decide(plan, choice, asked.challenge);
        }
      }),
    cancel: () => setAsked(undefined),
  };
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({ display: 'grid', gap: theme.spacing(1) }),
  buttons: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) }),
  note: css({ color: theme.colors.text.secondary }),
});
