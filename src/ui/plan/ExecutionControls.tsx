import React, { useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Field, TextArea, useStyles2 } from '@grafana/ui';
import type { ExecutionRecord } from '#contracts';
import { ErrorState } from '../states.tsx';
import { TEST_IDS } from '../test-ids.ts';
import type { ExecutionPort } from './execution-port.ts';
import { useAction } from './use-action.ts';

interface ControlsProps {
  readonly execution: ExecutionRecord;
  /** Absent for people who may not act. */
  readonly act: ExecutionPort | undefined;
}

/** What can be done about an execution: stop one that runs, release the targets of one that needs a person. */
export function ExecutionControls({ execution, act }: ControlsProps) {
  if (execution.status === 'needs-human') {
    return execution.holdsTargets ? (
      <Release execution={execution} act={act} />
    ) : (
      <p>A person has looked; its targets are free again.</p>
    );
  }
  if (execution.status === 'finished') {
    return null;
  }
  return execution.cancelledBy === null ? (
    <Stop execution={execution} act={act} />
  ) : (
    <p>
      {execution.cancelledBy} asked to stop it. What is in flight is finished first, then taken back where it can be.
    </p>
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
        <section className={styles.confirm} aria-label="Confirm to stop">
          <span>What is in flight is finished first. What was done is then taken back where it can be.</span>
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
            Yes, stop it
          </Button>
          <Button variant="secondary" fill="text" disabled={busy} onClick={() => setAsked(false)}>
            Let it go on
          </Button>
        </section>
      ) : (
        <Button variant="secondary" icon="ban" onClick={() => setAsked(true)} data-testid={TEST_IDS.plan.stop}>
          Stop it
        </Button>
      )}
    </div>
  );
}

const MIN_COMMENT = 3;
const UNKNOWN = { source: 'Causeway', message: 'You may not do this.', remedy: 'Ask an administrator.' };

function Release({ execution, act }: ControlsProps) {
  const styles = useStyles2(getStyles);
  const [comment, setComment] = useState('');
  const [released, setReleased] = useState(false);
  const { busy, problem, run } = useAction((error) => act?.toProblem(error) ?? UNKNOWN);
  if (released) {
    return <Alert severity="success" title="Released. Its targets can be acted on again." />;
  }
  return (
    <div className={styles.release}>
      <p>
        Its targets stay locked, so that nothing else acts on them before somebody has looked. Look at them, put right
        what is wrong, then release them.
      </p>
      {act && (
        <>
          <Field label="What you found" required noMargin>
            <TextArea
              aria-label="What you found"
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
            I have looked, release the targets
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
