import React, { useCallback, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Field, Input, useStyles2 } from '@grafana/ui';
import { ErrorState, formatTime, type Problem, TEST_IDS, ToneBadge } from '#ui';
import { useClients } from '../../api/clients.ts';
import type { FreezeState } from '../../api/executor-client.ts';
import { toProblem } from '../../errors.ts';
import { Section } from '../../PageFrame.tsx';
import { Reading } from '../../Reading.tsx';
import { usePolling } from '../../use-polling.ts';

const POLL_MS = 5_000;

/** The freeze switch: while it is on, nothing is approved and no effect is started. */
export function FreezeSection() {
  const { executor } = useClients();
  const load = useCallback((signal: AbortSignal) => executor.freeze(signal), [executor]);
  const polled = usePolling(load, POLL_MS);
  return (
    <Section title="Freeze" testId={TEST_IDS.runbooks.freeze}>
      <Reading polled={polled} label="Reading whether the executor is frozen">
        {(state) => <Freeze key={String(state.frozen)} state={state} onChanged={polled.refresh} />}
      </Reading>
    </Section>
  );
}

function Freeze({ state, onChanged }: { readonly state: FreezeState; readonly onChanged: () => void }) {
  const styles = useStyles2(getStyles);
  const { executor, canExecute } = useClients();
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const change = () => {
    setBusy(true);
    setProblem(undefined);
    executor
      .setFreeze({ frozen: !state.frozen, reason: reason.trim() })
      .catch((error: unknown) => setProblem(toProblem(error)))
      .finally(() => {
        setBusy(false);
        onChanged();
      });
  };
  return (
    <div className={styles.box}>
      <ToneBadge
        tone={state.frozen ? 'error' : 'neutral'}
        icon={state.frozen ? 'lock' : 'unlock'}
        testId={TEST_IDS.runbooks.frozen}
        state={state.frozen ? 'frozen' : 'open'}
      >
        {state.frozen ? 'Frozen' : 'Not frozen'}
      </ToneBadge>
      <p>
        {state.frozen
          ? `By ${state.actor}, ${formatTime(state.atMs)}: ${state.reason}`
          : 'While frozen, nothing is approved and no step is started, also not of what runs already. Checks go on.'}
      </p>
      {canExecute ? (
        <>
          <Field label={state.frozen ? 'Why it is safe again' : 'Reason'} required noMargin>
            <Input
              id="causeway-freeze-reason"
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
              data-testid={TEST_IDS.runbooks.freezeReason}
            />
          </Field>
          {problem && <ErrorState problem={problem} />}
          <Button
            variant={state.frozen ? 'primary' : 'destructive'}
            icon={state.frozen ? 'unlock' : 'lock'}
            disabled={busy || reason.trim() === ''}
            onClick={change}
            data-testid={TEST_IDS.runbooks.freezeSwitch}
          >
            {state.frozen ? 'Lift the freeze' : 'Freeze everything'}
          </Button>
        </>
      ) : (
        <p className={styles.muted}>You may not change this. Ask for the role “Causeway approver”.</p>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({
    display: 'grid',
    gap: theme.spacing(1),
    justifyItems: 'start',
    '& p': { margin: 0 },
    '& > div': { width: '100%', maxWidth: 480 },
  }),
  muted: css({ color: theme.colors.text.secondary }),
});
