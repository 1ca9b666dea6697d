import React, { useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Input, useStyles2 } from '@grafana/ui';
import type { ExecutionRecord } from '#contracts';
import { ErrorState } from '../states.tsx';
import { TEST_IDS } from '../test-ids.ts';
import type { ExecutionPort } from './execution-port.ts';
import { STEP_TEXTS as T } from './plan-texts.ts';
import { useAction } from './use-action.ts';

/** Says that a manual step is done, so that the execution goes on. */
export function ConfirmStep(props: {
  readonly execution: ExecutionRecord;
  readonly stepId: string;
  readonly act: ExecutionPort;
}) {
  const { execution, stepId, act } = props;
  const styles = useStyles2(getStyles);
  const [comment, setComment] = useState('');
  const { busy, problem, run } = useAction(act.toProblem);
  return (
    <div className={styles.row}>
      <Input
        aria-label={T.done}
        placeholder={T.done}
        maxLength={1000}
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
      <Button
        icon="check"
        disabled={busy}
        onClick={() => run(() => act.confirmStep(execution, stepId, comment.trim()))}
        data-testid={TEST_IDS.plan.stepDone}
      >
        {T.isDone}
      </Button>
      {problem && <ErrorState problem={problem} />}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(1),
    alignItems: 'center',
    margin: theme.spacing(1, 0),
  }),
});
