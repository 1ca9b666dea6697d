import React, { useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Field, TextArea, useStyles2 } from '@grafana/ui';
import type { ExecutionRecord } from '#contracts';
import { ErrorState } from '../states.tsx';
import { TEST_IDS } from '../test-ids.ts';
import type { ExecutionPort } from './execution-port.ts';
import { EXECUTION_TEXTS as T } from './plan-texts.ts';
import { useAction } from './use-action.ts';

interface ControlsProps {
  readonly execution: ExecutionRecord;
  /** Absent for people who may not act. */
  readonly act: ExecutionPort | undefined;
}

/** What can be done about an execution: stop one that runs, release the targets of one that needs a person. */
export function ExecutionControls({ execution, act }: ControlsProps) {
  if (execution.status === 'needs-human') {
    return execution.holdsTargets ? <Release execution={execution} act={act} /> : <p>{T.free}</p>;
  }
  if (execution.status === 'finished') {
    return null;
  }
  return execution.cancelledBy === null ? (
    <Stop execution={execution} act={act} />
  ) : (
    <p>{T.stopping(execution.cancelledBy)}</p>
  );
}

function Stop({ execution, act }: ControlsProps) {
  const styles = useStyles2(getStyles);
  const [asked, setAsked] = useState(false);
  const { busy, problem, run } = useAction((error) => act?.toProblem(error) ?? UNKNOWN);
  if (!act) {
    return null;
  }
  return (
    <div>
      {problem && <ErrorState problem={problem} />}
      {asked ? (
        <section className={styles.confirm} aria-label={T.confirmStop}>
          <span>{T.stopHint}</span>
          <Button
            variant="destructive"
            disabled={busy}
            onClick={() =>
              run(async () => {
                await act.cancel(execution);
                setAsked(false);
              })
            }
            data-testid={TEST_IDS.plan.stopConfirm}
          >
            {T.yesStop}
          </Button>
          <Button variant="secondary" fill="text" disabled={busy} onClick={() => setAsked(false)}>
            {T.goOn}
          </Button>
        </section>
      ) : (
        <Button variant="secondary" icon="ban" onClick={() => setAsked(true)} data-testid={TEST_IDS.plan.stop}>
          {T.stop}
        </Button>
      )}
    </div>
  );
}

const MIN_COMMENT = 3;
const UNKNOWN = { source: 'Causeway', message: T.mayNot, remedy: T.mayNotRemedy };

function Release({ execution, act }: ControlsProps) {
  const styles = useStyles2(getStyles);
  const [comment, setComment] = useState('');
  const [released, setReleased] = useState(false);
  const { busy, problem, run } = useAction((error) => act?.toProblem(error) ?? UNKNOWN);
  if (released) {
    return <Alert severity="success" title={T.released} />;
  }
  return (
    <div className={styles.release}>
      <p>{T.locked}</p>
      {act && (
        <>
          <Field label={T.found} required noMargin>
            <TextArea
              aria-label={T.found}
              rows={2}
              maxLength={1000}
              value={comment}
              onChange={(event) => setComment(event.currentTarget.value)}
            />
          </Field>
          {problem && <ErrorState problem={problem} />}
          <Button
            icon="unlock"
            disabled={busy || comment.trim().length < MIN_COMMENT}
            onClick={() =>
              run(async () => {
                await act.release(execution, comment.trim());
                setReleased(true);
              })
            }
            data-testid={TEST_IDS.plan.release}
          >
            {T.release}
          </Button>
        </>
      )}
    </div>
  );
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
  release: css({ display: 'grid', gap: theme.spacing(1), justifyItems: 'start', '& > div': { width: '100%' } }),
});
