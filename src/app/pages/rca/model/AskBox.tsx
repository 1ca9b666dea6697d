import React, { useId, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Field, Input, useStyles2 } from '@grafana/ui';
import type { AskAnswer, InvestigatorSubject } from '#contracts';
import { Citations, ErrorState, LoadingState, TEST_IDS } from '#ui';
import type { ModelClient } from '../../../api/model-client.ts';
import type { ExploreSources } from '../../../api/explore-url.ts';
import { MODEL_TEXTS as T } from '../rca-texts.ts';
import { toModelProblem } from './describe-refusal.ts';
import { FoundFacts, FoundQueries } from './FoundFacts.tsx';
import { PreviewBox } from './PreviewBox.tsx';
import { useCall } from './use-call.ts';

/** A question in plain language about this run or incident, with what would be sent, and the answer with its queries. */
export function AskBox({
  model,
  subject,
  sources,
  onSpent,
}: {
  readonly model: ModelClient;
  readonly subject: InvestigatorSubject;
  readonly sources: ExploreSources;
  /** After an answer: what may be used has changed. */
  readonly onSpent: () => void;
}) {
  const styles = useStyles2(getStyles);
  const [question, setQuestion] = useState('');
  const { state, start } = useCall<AskAnswer>();
  const id = useId();
  const asked = question.trim();
  const send = () =>
    start(async (signal) => {
      const answer = await model.ask(subject, asked, signal);
      onSpent();
      return answer;
    });
  return (
    <div data-testid={TEST_IDS.rca.ask}>
      <h3 className={styles.title}>{T.ask}</h3>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (asked !== '') {
            send();
          }
        }}
      >
        <Field label={T.askLabel} htmlFor={id} noMargin className={styles.grow}>
          <Input
            id={id}
            value={question}
            maxLength={500}
            placeholder={T.askPlaceholder}
            onChange={(event) => setQuestion(event.currentTarget.value)}
          />
        </Field>
        <Button type="submit" disabled={asked === '' || state.kind === 'running'} data-testid={TEST_IDS.rca.askSend}>
          {T.askSend}
        </Button>
      </form>
      {asked !== '' && <PreviewBox key={asked} model={model} request={{ task: 'ask', subject, question: asked }} />}
      <div aria-live="polite">
        {state.kind === 'running' && <LoadingState label={T.asking} />}
        {state.kind === 'failed' && <ErrorState problem={state.problem} onRetry={send} />}
        {state.kind === 'done' && <Answer answer={state.value} sources={sources} scope={`ask${id}`} />}
      </div>
    </div>
  );
}

function Answer({
  answer,
  sources,
  scope,
}: {
  readonly answer: AskAnswer;
  readonly sources: ExploreSources;
  readonly scope: string;
}) {
  const styles = useStyles2(getStyles);
  if (answer.kind === 'off') {
    return <p>{T.offAsk}</p>;
  }
  if (answer.kind !== 'answered') {
    return <ErrorState problem={toModelProblem(answer)} />;
  }
  return (
    <div data-testid={TEST_IDS.rca.answer}>
      <h4 className={styles.title}>{T.answer}</h4>
      {answer.answer.map(({ text, cites }, index) => (
        <p key={index}>
          {text} <Citations numbers={cites} scope={scope} />
        </p>
      ))}
      {answer.cut.length > 0 && <p className={styles.muted}>{T.cut(answer.cut.length)}</p>}
      <h4 className={styles.title}>{T.queries}</h4>
      {answer.queries.length === 0 ? <p>{T.noQueries}</p> : <FoundQueries queries={answer.queries} sources={sources} />}
      {answer.run && <FoundFacts facts={answer.run.facts} sources={sources} scope={scope} />}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  title: css({ fontSize: theme.typography.body.fontSize, margin: theme.spacing(1, 0, 0.5) }),
  form: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), alignItems: 'end' }),
  grow: css({ flex: '1 1 260px', minWidth: 0 }),
  muted: css({ color: theme.colors.text.secondary }),
});
