import React, { useEffect, useId, useRef, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Field, Input, useStyles2 } from '@grafana/ui';
import type { IncidentRecord } from '#contracts';
import { ErrorState, type Problem, TEST_IDS } from '#ui';
import { useClients } from '../../api/clients.ts';
import { toProblem } from '../../errors.ts';
import { HEAD_TEXTS as T } from './rca-texts.ts';

const MIN_REASON = 3;

/** A person says that an incident is over, and why; who said it, once it is. */
export function ResolveIncident({
  incident,
  onChanged,
}: {
  readonly incident: IncidentRecord;
  readonly onChanged: () => void;
}) {
  const { canLabel } = useClients();
  const [open, setOpen] = useState(false);
  if (incident.closed) {
    return <span>{T.closedBy(incident.closed.by, incident.closed.reason)}</span>;
  }
  if (incident.status !== 'open' || !canLabel) {
    return null;
  }
  return open ? (
    <ResolveForm incident={incident} onChanged={onChanged} onBack={() => setOpen(false)} />
  ) : (
    <Button size="sm" variant="secondary" icon="check" onClick={() => setOpen(true)} data-testid={TEST_IDS.rca.close}>
      {T.close}
    </Button>
  );
}

function ResolveForm({
  incident,
  onChanged,
  onBack,
}: {
  readonly incident: IncidentRecord;
  readonly onChanged: () => void;
  readonly onBack: () => void;
}) {
  const styles = useStyles2(getStyles);
  const { executor } = useClients();
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  // The person asked for the form: they go on in it.
  useEffect(() => field.current?.focus(), []);
  const send = () => {
    setBusy(true);
    setProblem(undefined);
    executor
      .resolve(incident.id, reason.trim())
      .then(onChanged, (error: unknown) => setProblem(toProblem(error)))
      .finally(() => setBusy(false));
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim().length >= MIN_REASON) {
          send();
        }
      }}
    >
      <Field label={T.closeReason} description={T.closeHint} htmlFor={id} noMargin className={styles.grow}>
        <Input
          id={id}
          ref={field}
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-testid={TEST_IDS.rca.closeReason}
        />
      </Field>
      <Button
        type="submit"
        disabled={busy || reason.trim().length < MIN_REASON}
        data-testid={TEST_IDS.rca.closeConfirm}
      >
        {T.closeConfirm}
      </Button>
      <Button variant="secondary" onClick={onBack}>
        {T.back}
      </Button>
      {problem && <ErrorState problem={problem} />}
    </form>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), alignItems: 'end', width: '100%' }),
  grow: css({ flex: '1 1 260px', minWidth: 0 }),
});
