import React, { type SyntheticEvent, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Field, LinkButton, TextArea, TextLink, useStyles2 } from '@grafana/ui';
import type { IncidentRecord, PlanRecord, RunbookEntry, RunbookSuggestion } from '#contracts';
import { describeAction, ErrorState, type Problem, TEST_IDS } from '#ui';
import { useClients } from '../../api/clients.ts';
import { toProblem } from '../../errors.ts';
import { toRunbooksUrl } from '../../routes.ts';
import type { FieldErrors } from './manual-action.ts';
import {
  checkRunbookDraft,
  MAX_RATIONALE,
  type RunbookDraft,
  startDraft,
  toFieldErrors,
  toRunbookProposal,
} from './runbook-draft.ts';
import { RunbookField } from './RunbookField.tsx';

interface FormProps {
  readonly entry: RunbookEntry;
  readonly incident: IncidentRecord;
  /** What is known for this incident; absent when the runbook was not proposed for it. */
  readonly suggestion: RunbookSuggestion | undefined;
}

/** The parameters of a runbook for one incident; sending it makes a plan that somebody else approves. */
export function RunbookForm({ entry, incident, suggestion }: FormProps) {
  const styles = useStyles2(getStyles);
  const [draft, setDraft] = useState(() => startDraft(entry, suggestion));
  const { errors, problem, planned, busy, submit } = useSubmit(entry, incident, draft);
  const back = toRunbooksUrl('proposals', { incident: incident.id });
  if (planned) {
    return (
      <Alert
        severity="success"
        title={`Plan made: ${describeAction(planned)}`}
        data-testid={TEST_IDS.runbooks.proposed}
        data-plan={planned.id}
      >
        {planned.approval.status === 'auto_approved'
          ? 'It may run without approval and starts now. '
          : 'It waits for another person to approve it. '}
        <TextLink href={toRunbooksUrl('approvals')}>Show it</TextLink>
      </Alert>
    );
  }
  return (
    <form className={styles.form} onSubmit={submit} noValidate data-testid={TEST_IDS.runbooks.form}>
      <p className={styles.lead}>
        For the incident of <strong>{incident.service}</strong>.{' '}
        {suggestion
          ? `Filled in from: ${suggestion.parametersFrom}.`
          : 'It is not among the proposals for this incident: check each value.'}
      </p>
      {entry.parameters.map((parameter) => (
        <RunbookField
          key={parameter.name}
          parameter={parameter}
          value={draft.values[parameter.name] ?? ''}
          error={errors[`parameters.${parameter.name}`]}
          onChange={(value) => setDraft({ ...draft, values: { ...draft.values, [parameter.name]: value } })}
        />
      ))}
      <Field label="Why" required invalid={errors.rationale !== undefined} error={errors.rationale} noMargin>
        <TextArea
          id="causeway-runbook-why"
          rows={2}
          maxLength={MAX_RATIONALE}
          value={draft.rationale}
          onChange={(event) => setDraft({ ...draft, rationale: event.currentTarget.value })}
        />
      </Field>
      {problem && <ErrorState problem={problem} />}
      <div className={styles.buttons}>
        <Button type="submit" disabled={busy} data-testid={TEST_IDS.runbooks.propose}>
          Make a plan
        </Button>
        <LinkButton variant="secondary" fill="text" href={back}>
          Back to the proposals
        </LinkButton>
      </div>
      <p className={styles.lead}>Nothing is changed yet: the plan gets a dry run and a risk, and waits for approval.</p>
    </form>
  );
}

function useSubmit(entry: RunbookEntry, incident: IncidentRecord, draft: RunbookDraft) {
  const { executor } = useClients();
  const [errors, setErrors] = useState<FieldErrors>({});
  const [problem, setProblem] = useState<Problem>();
  const [planned, setPlanned] = useState<PlanRecord>();
  const [busy, setBusy] = useState(false);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const found = checkRunbookDraft(entry, draft);
    setErrors(found);
    setProblem(undefined);
    if (Object.keys(found).length > 0) {
      return;
    }
    setBusy(true);
    executor
      .propose(toRunbookProposal(entry, draft, incident))
      .then(setPlanned, (error: unknown) => {
        const failure = toProblem(error);
        setErrors(toFieldErrors(failure.message, entry));
        setProblem(failure);
      })
      .finally(() => setBusy(false));
  };
  return { errors, problem, planned, busy, submit };
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gap: theme.spacing(2),
    justifyItems: 'start',
    marginTop: theme.spacing(1),
    '& > div': { width: '100%', maxWidth: 480 },
  }),
  lead: css({ margin: 0, color: theme.colors.text.secondary }),
  buttons: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) }),
});
