import React from 'react';
import { Alert, useStyles2 } from '@grafana/ui';
import type { RcaReport } from '#model';
import { tableStyles, TEST_IDS, WrittenText } from '#ui';
import { Section } from '../../../PageFrame.tsx';
import { MODEL_TEXTS as T } from '../rca-texts.ts';
import type { ModelState } from './model-state.ts';
import { SentPayload } from './SentPayload.tsx';
import type { RunView } from '../run/run-view.ts';

/** What the language model wrote in a run, or that it is at work or failed; nothing where it was not asked. */
export function WrittenPart({
  state,
  sent,
  report,
}: {
  readonly state: ModelState;
  readonly sent: RunView['sent'];
  readonly report: RcaReport;
}) {
  const styles = useStyles2(tableStyles);
  if (state.kind === 'off' || state.kind === 'not-asked') {
    return null;
  }
  const computed = report.decision === 'root-cause' ? report.hypotheses[0]?.confidence : undefined;
  return (
    <Section title={T.title}>
      <div data-testid={TEST_IDS.rca.modelState} data-state={state.kind}>
        {state.kind === 'waiting' && <output className={styles.muted}>{T.waiting}</output>}
        {state.kind === 'written' && <WrittenText written={state.written} computedConfidence={computed} />}
        {state.kind === 'failed' && (
          <Alert severity="warning" title={T.failed}>
            {state.problem && <div>{state.problem.message}</div>}
            <strong>{T.whatToDo}</strong> {state.problem?.remedy ?? T.failedHint}
          </Alert>
        )}
        {sent && (
          <details>
            <summary>{T.sent}</summary>
            <SentPayload
              destination={T.sentTo(sent.destination, sent.model)}
              body={sent.body}
              hidden={sent.hidden}
              withheld={sent.withheld}
            />
          </details>
        )}
      </div>
    </Section>
  );
}
