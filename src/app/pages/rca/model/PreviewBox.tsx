import React, { useState } from 'react';
import type { PreviewAnswer, PreviewRequest } from '#contracts';
import { ErrorState, LoadingState, TEST_IDS } from '#ui';
import type { ModelClient } from '../../../api/model-client.ts';
import { MODEL_TEXTS as T } from '../rca-texts.ts';
import { toModelProblem } from './describe-refusal.ts';
import { countHidden } from './hidden-counts.ts';
import { SentPayload } from './SentPayload.tsx';
import { useCall } from './use-call.ts';

/** What would be sent, exactly; read when it is unfolded, and nothing is sent by that. */
export function PreviewBox({ model, request }: { readonly model: ModelClient; readonly request: PreviewRequest }) {
  const { state, start } = useCall<PreviewAnswer>();
  const [wanted, setWanted] = useState(false);
  const load = () => start((signal) => model.preview(request, signal));
  return (
    <details
      data-testid={TEST_IDS.rca.preview}
      onToggle={(event) => {
        if (event.currentTarget.open && !wanted) {
          setWanted(true);
          load();
        }
      }}
    >
      <summary>{T.preview}</summary>
      <p>{T.previewHint}</p>
      {state.kind === 'running' && <LoadingState label={T.previewing} />}
      {state.kind === 'failed' && <ErrorState problem={state.problem} onRetry={load} />}
      {state.kind === 'done' && <Preview answer={state.value} />}
    </details>
  );
}

function Preview({ answer }: { readonly answer: PreviewAnswer }) {
  if (answer.kind === 'off') {
    return <p>{T.offHint}</p>;
  }
  if (answer.kind === 'failed') {
    return <ErrorState problem={toModelProblem({ ...answer, run: null })} />;
  }
  const body = JSON.stringify(answer.body);
  return <SentPayload destination={answer.destination} body={body} hidden={countHidden(body)} />;
}
