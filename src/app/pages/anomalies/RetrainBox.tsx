import React, { type KeyboardEvent, type SyntheticEvent, useEffect, useId, useRef, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Field, Input, useStyles2 } from '@grafana/ui';
import { type DetectorsAnswer, rebaselineRequestSchema } from '#contracts';
import { ErrorState, formatMinute, type Problem, TEST_IDS } from '#ui';
import type { BackendClient } from '../../api/backend-client.ts';
import { useClients } from '../../api/clients.ts';
import { toProblem } from '../../errors.ts';
import { isFitFor } from './model-text.ts';

/** How often the newest fit is looked at while it is waited for. */
const LOOK_MS = 5000;
/** After this long it is not waited for any more: the new model runs beside the present one, or there is none. */
const WAIT_MS = 300_000;

interface RetrainProps {
  readonly backend: BackendClient;
  readonly service: string;
  readonly model: DetectorsAnswer['model'];
  readonly onLook: () => void;
}

/** What was asked for, and the model that judged then. */
interface Asked {
  readonly reason: string;
  readonly before: DetectorsAnswer['model'];
}

/** Has the models trained now instead of at the planned time, after a question that says what that does and does not. */
export function RetrainBox(props: RetrainProps) {
  const { canRetrain } = useClients();
  const styles = useStyles2(getStyles);
  const [isAsking, setAsking] = useState(false);
  const [asked, setAsked] = useState<Asked>();
  const button = useRef<HTMLButtonElement>(null);
  const why = useId();
  const close = () => {
    setAsking(false);
    button.current?.focus();
  };
  return (
    <div className={styles.column}>
      <div className={styles.line}>
        <Button
          ref={button}
          size="sm"
          variant="secondary"
          icon="sync"
          disabled={!canRetrain}
          aria-expanded={isAsking}
          aria-describedby={canRetrain ? undefined : why}
          onClick={() => setAsking(!isAsking)}
          data-testid={TEST_IDS.anomalies.retrain}
        >
          Retrain now…
        </Button>
        {!canRetrain && (
          <span id={why} className={styles.muted} data-testid={TEST_IDS.anomalies.retrainDenied}>
            Only editors and administrators retrain, because it changes what alerts.
          </span>
        )}
      </div>
      {isAsking && (
        <Question
          {...props}
          onCancel={close}
          onAsked={(reason) => {
            setAsked({ reason, before: props.model });
            close();
            props.onLook();
          }}
        />
      )}
      {asked !== undefined && <Outcome key={asked.reason} {...props} asked={asked} />}
    </div>
  );
}

function Question(props: RetrainProps & { readonly onCancel: () => void; readonly onAsked: (reason: string) => void }) {
  const { backend, service, onCancel } = props;
  const styles = useStyles2(getStyles);
  const [reason, setReason] = useState('');
  const { error, problem, busy, submit } = useRetrain(props, reason);
  const field = useRef<HTMLInputElement>(null);
  const next = useNextTraining(backend);
  useEffect(() => field.current?.focus(), []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      onCancel();
    }
  };
  return (
    // Escape leaves the question from any of its fields.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form
      className={styles.box}
      aria-label="Retrain the models of all services"
      onSubmit={submit}
      onKeyDown={onKeyDown}
      noValidate
      data-testid={TEST_IDS.anomalies.retrainForm}
    >
      <strong>Retrain the models of all services now?</strong>
      <ul className={styles.effects}>
        <li>
          They learn from the history in Prometheus up to now, without incidents that are over and the times labelled
          incident, expected or maintenance.
        </li>
        <li>
          It takes a few minutes. On a long history the new models then run beside the present ones for a day before
          they take over. They hold until the next planned training
          {next === undefined ? '' : `, ${formatMinute(next)}`}.
        </li>
        <li>
          It silences nothing: the present level is one part of the history and is not declared normal. While something
          is broken, label it as an incident first.
        </li>
      </ul>
      <Field
        label="Reason"
        description={`Kept with the model of ${service}`}
        htmlFor="causeway-retrain-reason"
        invalid={error !== undefined}
        error={error}
        noMargin
      >
        <Input
          id="causeway-retrain-reason"
          ref={field}
          maxLength={200}
          placeholder="For instance: new version, traffic moved here"
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </Field>
      <div className={styles.line}>
        <Button type="submit" size="sm" disabled={busy} data-testid={TEST_IDS.anomalies.retrainConfirm}>
          Retrain all services
        </Button>
        <Button type="button" size="sm" variant="secondary" onClick={onCancel}>
          Cancel
        </Button>
      </div>
      {problem && <ErrorState problem={problem} />}
    </form>
  );
}

function useRetrain(
  { backend, service, onAsked }: RetrainProps & { readonly onAsked: (reason: string) => void },
  reason: string
) {
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const checked = rebaselineRequestSchema.safeParse({ reason, service });
  const send = async () => {
    setTried(true);
    if (!checked.success || busy) {
      return;
    }
    setBusy(true);
    setProblem(undefined);
    try {
      const answer = await backend.rebaseline(checked.data);
      onAsked(answer.reason);
    } catch (error) {
      setProblem(toProblem(error));
      setBusy(false);
    }
  };
  return {
    error: tried && !checked.success ? 'Say why, in at most 200 characters' : undefined,
    problem,
    busy,
    submit: (event: SyntheticEvent) => {
      event.preventDefault();
      void send();
    },
  };
}

/** When models are trained next by themselves; undefined while that is not known. */
function useNextTraining(backend: BackendClient): number | undefined {
  const [next, setNext] = useState<number>();
  useEffect(() => {
    const controller = new AbortController();
    backend.watch(controller.signal).then(
      ({ nextFitMs }) => setNext(nextFitMs ?? undefined),
      () => undefined
    );
    return () => controller.abort();
  }, [backend]);
  return next;
}

/** Looks until the fit that was asked for is in force, or for some minutes. */
function Outcome({ model, asked, onLook }: RetrainProps & { readonly asked: Asked }) {
  const styles = useStyles2(getStyles);
  const { reason, before } = asked;
  const isNew = before.fitReason !== model.fitReason || before.fittedMs !== model.fittedMs;
  const isDone = isNew && isFitFor(model, reason);
  const [isLate, setLate] = useState(false);
  const isWaiting = !isDone && !isLate;
  useEffect(() => {
    if (!isWaiting) {
      return undefined;
    }
    const looks = setInterval(onLook, LOOK_MS);
    const end = setTimeout(() => setLate(true), WAIT_MS);
    return () => {
      clearInterval(looks);
      clearTimeout(end);
    };
  }, [isWaiting, onLook]);
  return (
    <Alert
      severity={isDone ? 'success' : 'info'}
      title={describeOutcome(isDone, isLate)}
      className={styles.outcome}
      data-testid={TEST_IDS.anomalies.retrainState}
      data-done={isDone}
    >
      Reason: {reason}
    </Alert>
  );
}

function describeOutcome(isDone: boolean, isLate: boolean): string {
  if (isDone) {
    return 'Retrained: the new models judge now';
  }
  return isLate
    ? 'Retraining was asked for. The present models still judge; on a long history new ones run beside them for a day'
    : 'Retraining. The present models judge until it is done';
}

const getStyles = (theme: GrafanaTheme2) => ({
  column: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), marginBottom: theme.spacing(1) }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  muted: css({ color: theme.colors.text.secondary }),
  box: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    maxWidth: theme.spacing(90),
    padding: theme.spacing(2),
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
  }),
  effects: css({ margin: 0, paddingLeft: theme.spacing(2.5) }),
  outcome: css({ marginBottom: 0 }),
});
