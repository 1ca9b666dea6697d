import React, { useEffect, useRef, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Field, Input, useStyles2 } from '@grafana/ui';
import type { RunFeedback, RunFeedbackRecord } from '#contracts';
import { ErrorState, type Problem, TEST_IDS } from '#ui';
import { useClients } from '../../../api/clients.ts';
import { toProblem } from '../../../errors.ts';
import { FEEDBACK_TEXTS as T } from '../rca-texts.ts';
import { isSameThing } from './same-thing.ts';

type Judgement = RunFeedback['judgement'];

const JUDGEMENTS: ReadonlyArray<readonly [Judgement, string]> = [
  ['right', T.right],
  ['partly', T.partly],
  ['wrong', T.wrong],
];
const WORDS: Readonly<Record<Judgement, string>> = Object.fromEntries(JUDGEMENTS) as Record<Judgement, string>;

/** Where feedback is kept, and what was said before. */
export interface FeedbackPort {
  readonly runId: string;
  readonly said: readonly RunFeedbackRecord[];
  readonly onSaid: (record: RunFeedbackRecord) => void;
}

/** What people say about the cause, a piece of evidence or a proposal of a run, and a form to say more. */
export function FeedbackControl({
  port,
  about,
  name,
  isOpen = false,
}: {
  readonly port: FeedbackPort;
  readonly about: RunFeedback['about'];
  /** What is judged, for the name of the control. */
  readonly name: string;
  /** Whether the choice is shown at once; else behind a button. */
  readonly isOpen?: boolean;
}) {
  const styles = useStyles2(getStyles);
  const { canLabel } = useClients();
  const [open, setOpen] = useState(isOpen);
  const [chosen, setChosen] = useState<Judgement>();
  const said = port.said.filter((record) => isSameThing(record.about, about));
  return (
    <div className={styles.box} data-testid={TEST_IDS.rca.feedback} data-about={about.kind}>
      {isOpen && canLabel && <span className={styles.muted}>{T.cause}</span>}
      {canLabel && !open && (
        <Button size="sm" fill="text" variant="secondary" onClick={() => setOpen(true)} aria-label={T.about(name)}>
          {T.judge}
        </Button>
      )}
      {canLabel && open && (
        <fieldset aria-label={T.about(name)} className={styles.buttons}>
          {JUDGEMENTS.map(([judgement, word]) => (
            <Button
              key={judgement}
              size="sm"
              variant={chosen === judgement ? 'primary' : 'secondary'}
              aria-pressed={chosen === judgement}
              onClick={() => setChosen(judgement)}
            >
              {word}
            </Button>
          ))}
        </fieldset>
      )}
      {chosen !== undefined && (
        <FeedbackForm key={chosen} port={port} about={about} judgement={chosen} onDone={() => setChosen(undefined)} />
      )}
      <Said said={said} />
    </div>
  );
}

function FeedbackForm({
  port,
  about,
  judgement,
  onDone,
}: {
  readonly port: FeedbackPort;
  readonly about: RunFeedback['about'];
  readonly judgement: Judgement;
  readonly onDone: () => void;
}) {
  const styles = useStyles2(getStyles);
  const { executor } = useClients();
  const [trueCause, setTrueCause] = useState('');
  const [comment, setComment] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const id = `causeway-feedback-${about.kind}-${'id' in about ? about.id : ''}`;
  const send = () => {
    setBusy(true);
    setProblem(undefined);
    executor
      .addFeedback(port.runId, { about, judgement, trueCause: trueCause.trim(), comment: comment.trim() })
      .then((record) => {
        port.onSaid(record);
        onDone();
      })
      .catch((error: unknown) => {
        setProblem(toProblem(error));
        setBusy(false);
      });
  };
  const asksForCause = judgement !== 'right' && about.kind === 'cause';
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {asksForCause && (
        <Field label={T.trueCause} htmlFor={`${id}-cause`} noMargin>
          <Input
            id={`${id}-cause`}
            ref={first}
            value={trueCause}
            maxLength={500}
            onChange={(event) => setTrueCause(event.currentTarget.value)}
          />
        </Field>
      )}
      <Field label={T.comment} htmlFor={`${id}-comment`} noMargin>
        <Input
          id={`${id}-comment`}
          {...(asksForCause ? {} : { ref: first })}
          value={comment}
          maxLength={2000}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
      </Field>
      <div className={styles.buttons}>
        <Button size="sm" type="submit" disabled={busy} data-testid={TEST_IDS.rca.feedbackSend}>
          {T.send}
        </Button>
        <Button size="sm" type="button" variant="secondary" fill="text" onClick={onDone}>
          {T.back}
        </Button>
      </div>
      {problem && <ErrorState problem={problem} />}
    </form>
  );
}

function Said({ said }: { readonly said: readonly RunFeedbackRecord[] }) {
  const styles = useStyles2(getStyles);
  return said.length === 0 ? null : (
    <ul className={styles.said} aria-label={T.said} data-testid={TEST_IDS.rca.said}>
      {said.map(({ id, author, judgement, trueCause, comment }) => (
        <li key={id}>
          <strong>{T.saidIt(author, WORDS[judgement].toLowerCase())}</strong>
          {trueCause !== '' && `; ${T.instead(trueCause)}`}
          {comment !== '' && `. ${comment}`}
        </li>
      ))}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5, 1), alignItems: 'center', minWidth: 0 }),
  buttons: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5), border: 0, margin: 0, padding: 0 }),
  muted: css({ color: theme.colors.text.secondary }),
  form: css({ flexBasis: '100%', display: 'grid', gap: theme.spacing(1), maxWidth: theme.spacing(70) }),
  said: css({ flexBasis: '100%', margin: 0, paddingLeft: theme.spacing(2.5), overflowWrap: 'anywhere' }),
});
