import React, { useCallback } from 'react';
import { locationService } from '@grafana/runtime';
import type { StartedRun } from '#contracts';
import { ErrorState, LoadingState } from '#ui';
import type { BackendClient } from '../../api/backend-client.ts';
import { toRunUrl } from './rca-address.ts';
import { RUN_TEXTS as T } from './rca-texts.ts';
import { useRun } from './run/use-run.ts';
import { useStart } from './run/use-start.ts';
import { RunPage } from './RunPage.tsx';
import { useSources } from './use-sources.ts';

/** A run that is kept, as it was; one that goes on is followed. */
export function StoredRunView({ backend, runId }: { readonly backend: BackendClient; readonly runId: string }) {
  const handle = useRun(backend.runs, runId);
  const sources = useSources();
  const onStarted = useCallback(({ run }: StartedRun) => locationService.push(toRunUrl(run.id)), []);
  const { state, start } = useStart(backend, onStarted);
  const { run } = handle;
  const record = run?.view.record;
  if (!record) {
    return run?.problem ? (
      <ErrorState problem={run.problem} onRetry={handle.retry} />
    ) : (
      <LoadingState label={T.readingRun} />
    );
  }
  const { depth: _, ...request } = record.request;
  return (
    <RunPage
      backend={backend}
      service={request.service}
      window={request.window}
      handle={handle}
      sources={sources}
      isStarting={state.kind === 'starting'}
      onAgain={() => start({ request, origin: 'person', incidentId: record.incidentId, again: true })}
    >
      {state.kind === 'failed' && <ErrorState problem={state.problem} />}
    </RunPage>
  );
}
