import React, { useId, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Field, Input, useStyles2 } from '@grafana/ui';
import type { InvestigatorLine, InvestigatorSubject } from '#contracts';
import { ErrorState, TEST_IDS, WrittenText } from '#ui';
import type { ExploreSources } from '../../../api/explore-url.ts';
import type { ModelClient } from '../../../api/model-client.ts';
import { MODEL_TEXTS as T } from '../rca-texts.ts';
import { toModelProblem } from './describe-refusal.ts';
import { FoundFacts } from './FoundFacts.tsx';
import { PreviewBox } from './PreviewBox.tsx';
import { SentPayload } from './SentPayload.tsx';
import { useCall } from './use-call.ts';

type End = Extract<InvestigatorLine, { kind: 'outcome' | 'off' }>;

/** Lets the language model look further, with what a person suspects; what it does is told while it does it. */
export function InvestigateBox({
  model,
  subject,
  sources,
  computedConfidence,
  onSpent,
}: {
  readonly model: ModelClient;
  readonly subject: InvestigatorSubject;
  readonly sources: ExploreSources;
  readonly computedConfidence: number | undefined;
  readonly onSpent: () => void;
}) {
  const styles = useStyles2(getStyles);
  const [hint, setHint] = useState('');
  const [lines, setLines] = useState<readonly InvestigatorLine[]>([]);
  const { state, start, stop } = useCall<End>();
  const id = useId();
  const suspected = hint.trim();
  const send = () => {
    setLines([]);
    start(async (signal) => {
      const end = await model.investigate(subject, suspected, (line) => setLines((old) => [...old, line]), signal);
      onSpent();
      return end;
    });
  };
  const running = state.kind === 'running';
  return (
    <div data-testid={TEST_IDS.rca.investigate}>
      <h3 className={styles.title}>{T.investigate}</h3>
      <p className={styles.muted}>{T.investigateHint}</p>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Field label={T.hintLabel} htmlFor={id} noMargin className={styles.grow}>
          <Input
            id={id}
            value={hint}
            maxLength={500}
            placeholder={T.hintPlaceholder}
            onChange={(event) => setHint(event.currentTarget.value)}
          />
        </Field>
        <Button type="submit" variant="secondary" disabled={running} data-testid={TEST_IDS.rca.investigateSend}>
          {T.investigateSend}
        </Button>
        {running && (
          <Button variant="secondary" fill="outline" icon="times" onClick={stop}>
            {T.stop}
          </Button>
        )}
      </form>
      <PreviewBox
        key={suspected}
        model={model}
        request={{ task: 'investigate', subject, ...(suspected === '' ? {} : { hint: suspected }) }}
      />
      {running && <Course lines={lines} />}
      {state.kind === 'stopped' && <p>{T.stopped}</p>}
      {state.kind === 'failed' && <ErrorState problem={state.problem} onRetry={send} />}
      {state.kind === 'done' && (
        <Outcome end={state.value} sources={sources} computedConfidence={computedConfidence} scope={`look${id}`} />
      )}
    </div>
  );
}

/** What the model does now; only the sentence that changes seldom is read out. */
function Course({ lines }: { readonly lines: readonly InvestigatorLine[] }) {
  const styles = useStyles2(getStyles);
  const calls = lines.flatMap((line) => (line.kind === 'call' ? [line.call] : []));
  const turn = lines.findLast((line) => line.kind === 'turn');
  const writing = lines.at(-1);
  const last = calls.at(-1);
  return (
    <div className={styles.course}>
      <output className={styles.status}>
        {T.investigating} … {turn && T.turn(turn.turn)} {calls.length > 0 && `(${T.calls(calls.length)})`}
      </output>
      {writing?.kind === 'writing' && <p className={styles.muted}>{T.writing(writing.characters)}</p>}
      {last && (
        <p className={styles.muted}>
          {last.tool}: {last.outcome} {last.detail} {last.query && <code>{last.query.query}</code>}
        </p>
      )}
    </div>
  );
}

function Outcome({
  end,
  sources,
  computedConfidence,
  scope,
}: {
  readonly end: End;
  readonly sources: ExploreSources;
  readonly computedConfidence: number | undefined;
  readonly scope: string;
}) {
  const styles = useStyles2(getStyles);
  if (end.kind === 'off') {
    return <p>{T.offAsk}</p>;
  }
  const { outcome } = end;
  const { run } = outcome;
  return (
    <div data-testid={TEST_IDS.rca.answer}>
      {outcome.kind === 'written' ? (
        <>
          <WrittenText written={outcome} computedConfidence={computedConfidence} scope={scope} />
          {outcome.verdict.reason !== '' && <p>{outcome.verdict.reason}</p>}
        </>
      ) : (
        <ErrorState problem={toModelProblem(outcome)} />
      )}
      {run && (
        <>
          <p className={styles.muted}>
            {T.calls(run.calls.length)}, {T.spent(run.spend.tokens, run.spend.seconds)}.
          </p>
          <FoundFacts facts={run.facts} sources={sources} scope={scope} />
          {run.sent && (
            <details>
              <summary>{T.sent}</summary>
              <SentPayload
                destination={T.sentTo(run.sent.destination, run.model)}
                body={JSON.stringify(run.sent.body)}
                hidden={run.hidden}
                withheld={run.withheld}
              />
            </details>
          )}
        </>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  title: css({ fontSize: theme.typography.body.fontSize, margin: theme.spacing(2, 0, 0.5) }),
  form: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), alignItems: 'end' }),
  grow: css({ flex: '1 1 260px', minWidth: 0 }),
  muted: css({ color: theme.colors.text.secondary }),
  status: css({ display: 'block' }),
  course: css({
    padding: theme.spacing(1),
    background: theme.colors.background.secondary,
    overflowWrap: 'anywhere',
    '& code': { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  }),
});
