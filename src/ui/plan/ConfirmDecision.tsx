import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { PlanRecord } from '#contracts';
import { describeAction } from '../action-text.ts';
import type { DecisionChoice } from '../PlanDecisionForm.tsx';
import { TEST_IDS } from '../test-ids.ts';
import { countMissing } from './plan-facts.ts';
import { DECISION_TEXTS as T } from './plan-texts.ts';

/** The second question, which says what will happen. */
export function ConfirmDecision(props: {
  readonly plan: PlanRecord;
  readonly choice: DecisionChoice;
  readonly busy: boolean;
  readonly onConfirm: (choice: DecisionChoice) => void;
  readonly onBack: () => void;
}) {
  const { plan, choice, busy } = props;
  const styles = useStyles2(getStyles);
  const { effect, button, isApproval } = describe(plan, choice);
  return (
    <section className={styles.confirm} aria-label={T.confirm}>
      <span>{effect}</span>
      <Button
        variant={isApproval && !choice.breakGlass ? 'primary' : 'destructive'}
        disabled={busy}
        onClick={() => props.onConfirm(choice)}
        data-testid={TEST_IDS.plan.confirm}
      >
        {button}
      </Button>
      <Button variant="secondary" fill="text" disabled={busy} onClick={props.onBack} data-testid={TEST_IDS.plan.cancel}>
        {T.back}
      </Button>
    </section>
  );
}

function describe(plan: PlanRecord, { decision, breakGlass }: DecisionChoice) {
  if (decision === 'reject') {
    return { effect: T.rejected, button: T.yesReject, isApproval: false };
  }
  const action = describeAction(plan);
  const others = countMissing(plan) - 1;
  if (breakGlass) {
    return { effect: T.aloneNow(action), button: T.yesAlone, isApproval: true };
  }
  if (others > 0) {
    return { effect: T.recorded(others, action), button: T.yesApprove, isApproval: true };
  }
  return { effect: T.now(action), button: T.yesRun, isApproval: true };
}

const getStyles = (theme: GrafanaTheme2) => ({
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
});
