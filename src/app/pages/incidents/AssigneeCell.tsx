import React, { useEffect, useRef, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Input, useStyles2 } from '@grafana/ui';
import type { IncidentRecord } from '#contracts';
import { type Problem, TEST_IDS } from '#ui';
import { useClients } from '../../api/clients.ts';
import { toProblem } from '../../errors.ts';
import { INCIDENT_TEXTS, nameIncident } from './incidents-text.ts';

const MAX_LOGIN = 200;

/** Who takes care of an incident, and how to change that. Readers see the name only. */
export function AssigneeCell(props: { readonly incident: IncidentRecord; readonly onChanged: () => void }) {
  const { incident, onChanged } = props;
  const { executor, login, canLabel } = useClients();
  const styles = useStyles2(getStyles);
  const [said, setSaid] = useState<{ readonly of: IncidentRecord; readonly assignee: string | null }>();
  const [busy, setBusy] = useState(false);
  const [handing, setHanding] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  // What the ledger says wins as soon as it has been read again.
  const { assignee } = said?.of === incident ? said : incident;
  const assign = (to: string | null) => {
    setBusy(true);
    setProblem(undefined);
    executor
      .assign(incident.id, to)
      .then((changed) => {
        setSaid({ of: incident, assignee: changed.assignee });
        setHanding(false);
        onChanged();
      })
      .catch((error: unknown) => setProblem(toProblem(error)))
      .finally(() => setBusy(false));
  };
  return (
    <div className={styles.cell}>
      <span data-testid={TEST_IDS.incidents.assignee} data-assignee={assignee ?? ''} className={styles.name}>
        {assignee === null
          ? INCIDENT_TEXTS.nobody
          : assignee === login
            ? `${assignee} (${INCIDENT_TEXTS.you})`
            : assignee}
      </span>
      {canLabel && !handing && (
        <Choices
          incident={incident}
          mine={assignee === login}
          busy={busy}
          onAssign={(mine) => assign(mine ? login : null)}
          onHand={() => setHanding(true)}
        />
      )}
      {handing && <HandForm incident={incident} busy={busy} onAssign={assign} onClose={() => setHanding(false)} />}
      {problem && (
        <span role="alert" className={styles.problem}>
          {problem.message} {problem.remedy}
        </span>
      )}
    </div>
  );
}

function Choices(props: {
  readonly incident: IncidentRecord;
  readonly mine: boolean;
  readonly busy: boolean;
  readonly onAssign: (mine: boolean) => void;
  readonly onHand: () => void;
}) {
  const { mine, busy } = props;
  const of = nameIncident(props.incident);
  const text = mine ? INCIDENT_TEXTS.release : INCIDENT_TEXTS.take;
  return (
    <>
      <Button
        size="sm"
        variant="secondary"
        disabled={busy}
        aria-label={`${text}: ${of}`}
        data-testid={mine ? TEST_IDS.incidents.release : TEST_IDS.incidents.take}
        onClick={() => props.onAssign(!mine)}
      >
        {text}
      </Button>
      <Button
        size="sm"
        variant="secondary"
        fill="text"
        disabled={busy}
        aria-label={`${INCIDENT_TEXTS.hand}: ${of}`}
        data-testid={TEST_IDS.incidents.hand}
        onClick={props.onHand}
      >
        {INCIDENT_TEXTS.hand}
      </Button>
    </>
  );
}

function HandForm(props: {
  readonly incident: IncidentRecord;
  readonly busy: boolean;
  readonly onAssign: (to: string) => void;
  readonly onClose: () => void;
}) {
  const styles = useStyles2(getStyles);
  const [to, setTo] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <form
      className={styles.form}
      data-testid={TEST_IDS.incidents.handForm}
      onSubmit={(event) => {
        event.preventDefault();
        if (to.trim() !== '') {
          props.onAssign(to.trim());
        }
      }}
    >
      <Input
        ref={field}
        width={22}
        value={to}
        maxLength={MAX_LOGIN}
        placeholder={INCIDENT_TEXTS.handTo}
        aria-label={`${INCIDENT_TEXTS.handTo}, for ${nameIncident(props.incident)}`}
        onChange={(event) => setTo(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            props.onClose();
          }
        }}
      />
      <Button
        size="sm"
        type="submit"
        disabled={props.busy || to.trim() === ''}
        data-testid={TEST_IDS.incidents.handSave}
      >
        {INCIDENT_TEXTS.save}
      </Button>
      <Button size="sm" type="button" variant="secondary" fill="text" onClick={props.onClose}>
        {INCIDENT_TEXTS.cancel}
      </Button>
    </form>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  cell: css({ display: 'inline-flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5, 1) }),
  name: css({ overflowWrap: 'anywhere' }),
  form: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  problem: css({ color: theme.colors.error.text, flex: '1 1 100%' }),
});
