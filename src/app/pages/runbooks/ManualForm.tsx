import React, { type SyntheticEvent, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Combobox, Field, Input, TextArea, TextLink, useStyles2 } from '@grafana/ui';
import type { ActionCatalogueEntry, IncidentRecord, PlanRecord } from '#contracts';
import { describeAction, ErrorState, type Problem, TEST_IDS } from '#ui';
import { useClients } from '../../api/clients.ts';
import { toProblem } from '../../errors.ts';
import { toRunbooksUrl } from '../../routes.ts';
import {
  checkDraft,
  describeParameter,
  emptyDraft,
  type FieldErrors,
  type ManualDraft,
  toManualPlan,
} from './manual-action.ts';

interface FormProps {
  readonly entry: ActionCatalogueEntry;
  readonly incidents: readonly IncidentRecord[];
}

const NO_CHECKS: Problem = {
  source: 'Causeway',
  message: 'The effect of an action on this incident could not be verified.',
  remedy: 'Wait until the report of the incident proposes an action with checks, or act by hand outside of Causeway.',
};

/** The fields of one action of the catalogue. */
export function ManualForm({ entry, incidents }: FormProps) {
  const styles = useStyles2(getStyles);
  const [draft, setDraft] = useState(() => emptyDraft(entry, incidents.length === 1 ? (incidents[0]?.id ?? '') : ''));
  const { errors, problem, planned, busy, submit } = useSubmit(entry, incidents, draft);
  const set = (change: Partial<ManualDraft>) => setDraft({ ...draft, ...change });
  if (planned) {
    return (
      <Alert severity="success" title={`Plan made: ${describeAction(planned)}`}>
        It waits for approval. <TextLink href={toRunbooksUrl('approvals')}>Show it</TextLink>
      </Alert>
    );
  }
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <p>
        {entry.description} {entry.reversible ? 'It can be undone.' : 'It cannot be undone.'}
      </p>
      <TargetFields entry={entry} incidents={incidents} draft={draft} errors={errors} set={set} />
      {entry.parameters.map((parameter) => {
        const error = errors[`parameters.${parameter.name}`];
        return (
          <Field
            key={parameter.name}
            label={parameter.unit === undefined ? parameter.name : `${parameter.name} (${parameter.unit})`}
            description={describeParameter(parameter)}
            required={parameter.required}
            invalid={error !== undefined}
            error={error}
            noMargin
          >
            <Input
              id={`causeway-manual-${parameter.name}`}
              value={draft.values[parameter.name] ?? ''}
              onChange={(event) => set({ values: { ...draft.values, [parameter.name]: event.currentTarget.value } })}
            />
          </Field>
        );
      })}
      <Field label="Why" required invalid={errors.rationale !== undefined} error={errors.rationale} noMargin>
        <TextArea
          id="causeway-manual-why"
          rows={2}
          maxLength={1000}
          value={draft.rationale}
          onChange={(event) => set({ rationale: event.currentTarget.value })}
        />
      </Field>
      {problem && <ErrorState problem={problem} />}
      <Button type="submit" disabled={busy} data-testid={TEST_IDS.runbooks.manualSubmit}>
        Make a plan
      </Button>
    </form>
  );
}

function TargetFields(
  props: FormProps & {
    readonly draft: ManualDraft;
    readonly errors: FieldErrors;
    readonly set: (change: Partial<ManualDraft>) => void;
  }
) {
  const { draft, errors, set } = props;
  return (
    <>
      <Field label="Incident" required invalid={errors.incidentId !== undefined} error={errors.incidentId} noMargin>
        <Combobox
          id="causeway-manual-incident"
          value={draft.incidentId === '' ? null : draft.incidentId}
          options={props.incidents.map(({ id, service, symptom }) => ({
            value: id,
            label: `${service} (${symptom})`,
            description: id,
          }))}
          onChange={({ value }) => set({ incidentId: value })}
        />
      </Field>
      <Field label="Kind of target" noMargin>
        <Combobox
          id="causeway-manual-kind"
          value={draft.targetKind}
          options={props.entry.targetKinds.map((value) => ({ value, label: value }))}
          onChange={({ value }) => set({ targetKind: value })}
        />
      </Field>
      <Field
        label={draft.targetKind === 'edge' ? 'Caller' : 'Target'}
        required
        invalid={errors.targetName !== undefined}
        error={errors.targetName}
        noMargin
      >
        <Input
          id="causeway-manual-target"
          value={draft.targetName}
          onChange={(event) => set({ targetName: event.currentTarget.value })}
        />
      </Field>
      {draft.targetKind === 'edge' && (
        <Field label="Callee" required invalid={errors.targetPeer !== undefined} error={errors.targetPeer} noMargin>
          <Input
            id="causeway-manual-peer"
            value={draft.targetPeer}
            onChange={(event) => set({ targetPeer: event.currentTarget.value })}
          />
        </Field>
      )}
    </>
  );
}

function useSubmit(entry: ActionCatalogueEntry, incidents: readonly IncidentRecord[], draft: ManualDraft) {
  const { executor } = useClients();
  const [errors, setErrors] = useState<FieldErrors>({});
  const [problem, setProblem] = useState<Problem>();
  const [planned, setPlanned] = useState<PlanRecord>();
  const [busy, setBusy] = useState(false);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const found = checkDraft(entry, draft);
    setErrors(found);
    setProblem(undefined);
    const incident = incidents.find(({ id }) => id === draft.incidentId);
    if (Object.keys(found).length > 0 || !incident) {
      return;
    }
    const plan = toManualPlan(entry, draft, incident);
    if (!plan) {
      setProblem(NO_CHECKS);
      return;
    }
    setBusy(true);
    executor
      .propose(plan)
      .then(setPlanned, (error: unknown) => setProblem(toProblem(error)))
      .finally(() => setBusy(false));
  };
  return { errors, problem, planned, busy, submit };
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({
    display: 'grid',
    gap: theme.spacing(2),
    justifyItems: 'start',
    marginTop: theme.spacing(2),
    '& > div': { width: '100%', maxWidth: 480 },
  }),
});
