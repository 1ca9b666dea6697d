import React, { type SyntheticEvent, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Combobox, Field, Input, TextLink, useStyles2 } from '@grafana/ui';
import { ANOMALY_LABELS, type AnomalyLabelRecord } from '#contracts';
import { ErrorState, type HeatMapChoice, type Problem, TEST_IDS } from '#ui';
import { useClients } from '../../api/clients.ts';
import { toProblem } from '../../errors.ts';
import { toAnomaliesUrl } from '../../routes.ts';
import { checkDraft, LABEL_TEXTS, type LabelDraft, startDraft } from './label-draft.ts';

const OPTIONS = ANOMALY_LABELS.map((value) => ({
  value,
  label: LABEL_TEXTS[value].name,
  description: LABEL_TEXTS[value].effect,
}));

/** Acknowledges or labels a stretch of one service. A person who may not is told whom to ask. */
export function LabelForm({ choice, onSaved }: { readonly choice: HeatMapChoice; readonly onSaved: () => void }) {
  const { canLabel } = useClients();
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.box}>
      <h3 className={styles.title}>Acknowledge or label this stretch</h3>
      {canLabel ? (
        <Form choice={choice} onSaved={onSaved} />
      ) : (
        <p className={styles.denied} data-testid={TEST_IDS.anomalies.labelDenied}>
          Only editors and administrators label anomalies, because labels decide what models learn from. Ask an
          administrator for the role Editor or “Causeway labeller”.
        </p>
      )}
    </div>
  );
}

function Form({ choice, onSaved }: { readonly choice: HeatMapChoice; readonly onSaved: () => void }) {
  const styles = useStyles2(getStyles);
  const [draft, setDraft] = useState<LabelDraft>(() => startDraft(choice));
  const set = (change: Partial<LabelDraft>) => setDraft((old) => ({ ...old, ...change }));
  const { errors, problem, saved, busy, submit } = useSave(choice.service, draft, onSaved);
  return (
    <form className={styles.form} onSubmit={submit} noValidate data-testid={TEST_IDS.anomalies.labelForm}>
      <Field label="Label" htmlFor="causeway-label-kind" noMargin>
        <Combobox
          id="causeway-label-kind"
          width={24}
          value={draft.label}
          options={OPTIONS}
          onChange={({ value }) => set({ label: value })}
        />
      </Field>
      <TimeField name="from" label="From" value={draft.from} error={errors.from} onChange={set} />
      <TimeField name="to" label="To" value={draft.to} error={errors.to} onChange={set} />
      <Field
        label="Comment"
        htmlFor="causeway-label-comment"
        invalid={errors.comment !== undefined}
        error={errors.comment}
        noMargin
        className={styles.comment}
      >
        <Input
          id="causeway-label-comment"
          maxLength={1000}
          placeholder="What was it?"
          value={draft.comment}
          onChange={(event) => set({ comment: event.currentTarget.value })}
        />
      </Field>
      <Button type="submit" disabled={busy} data-testid={TEST_IDS.anomalies.labelSave}>
        Save label
      </Button>
      <p className={styles.effect}>{LABEL_TEXTS[draft.label].effect}</p>
      {problem && <ErrorState problem={problem} />}
      {saved && (
        <Alert
          severity="success"
          title={`Saved: ${LABEL_TEXTS[saved.label].name}, by ${saved.author}`}
          className={styles.wide}
          data-testid={TEST_IDS.anomalies.labelSaved}
        >
          <TextLink href={toAnomaliesUrl('labels')}>Show all labels</TextLink>
        </Alert>
      )}
    </form>
  );
}

function TimeField(props: {
  readonly name: 'from' | 'to';
  readonly label: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (change: Partial<LabelDraft>) => void;
}) {
  const id = `causeway-label-${props.name}`;
  return (
    <Field label={props.label} htmlFor={id} invalid={props.error !== undefined} error={props.error} noMargin>
      <Input
        id={id}
        type="datetime-local"
        width={28}
        value={props.value}
        onChange={(event) => props.onChange({ [props.name]: event.currentTarget.value })}
      />
    </Field>
  );
}

function useSave(service: string, draft: LabelDraft, onSaved: () => void) {
  const { executor } = useClients();
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [saved, setSaved] = useState<AnomalyLabelRecord>();
  const checked = checkDraft(service, draft);
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (!('value' in checked) || busy) {
      return;
    }
    setBusy(true);
    setProblem(undefined);
    setSaved(undefined);
    try {
      setSaved(await executor.addLabel(checked.value));
      onSaved();
    } catch (error) {
      setProblem(toProblem(error));
    }
    setBusy(false);
  };
  return {
    errors: tried && 'errors' in checked ? checked.errors : {},
    problem,
    saved,
    busy,
    submit: (event: SyntheticEvent) => void submit(event),
  };
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({ marginTop: theme.spacing(2) }),
  title: css({ fontSize: theme.typography.h6.fontSize, margin: theme.spacing(0, 0, 1) }),
  denied: css({ color: theme.colors.text.secondary, margin: 0 }),
  form: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', gap: theme.spacing(1.5) }),
  comment: css({ flex: '1 1 240px' }),
  effect: css({ flexBasis: '100%', margin: 0, color: theme.colors.text.secondary }),
  wide: css({ flexBasis: '100%', marginBottom: 0 }),
});
