import React, { useCallback, useEffect, useRef, useState } from 'react';
import { locationService } from '@grafana/runtime';
import { Alert, TextLink } from '@grafana/ui';
import type { IncidentRecord, StartedRun } from '#contracts';
import type { RcaTarget, TimeWindow } from '#model';
import { EmptyState, ErrorState } from '#ui';
import type { BackendClient } from '../../api/backend-client.ts';
import { useClients } from '../../api/clients.ts';
import { toIncidentUrl } from '../../routes.ts';
import type { WindowedProps } from '../../scenes/WindowedContent.tsx';
import { usePolling } from '../../use-polling.ts';
import { RUN_TEXTS as T } from './rca-texts.ts';
import { EMPTY_RUN } from './run/run-view.ts';
import { RunProgress } from './run/RunProgress.tsx';
import { useRun } from './run/use-run.ts';
import { useStart } from './run/use-start.ts';
import { RunPage } from './RunPage.tsx';
import { useSources } from './use-sources.ts';
import { boundsOf, resolveWindow } from './window.ts';

const POLL_MS = 10_000;

/**
 * Starts the run of the question that the address asks, or joins the one that is there. The address then names the run, so
 * that a reload joins it; another time range asks anew.
 */
export function ServiceView({
  backend,
  target,
  runId: initialId,
  range,
}: {
  readonly backend: BackendClient;
  readonly target: RcaTarget;
  readonly runId: string | undefined;
} & WindowedProps) {
  const { service } = target;
  const [runId, setRunId] = useState(initialId);
  const [window, setWindow] = useState<TimeWindow>();
  const onStarted = useCallback(({ run }: StartedRun) => {
    setRunId(run.id);
    locationService.partial({ run: run.id }, true);
  }, []);
  const { state, start, cancel } = useStart(backend, onStarted);
  const { from, to } = boundsOf(range);
  const ask = useCallback(
    (origin: 'link' | 'person', again: boolean) => {
      const asked = resolveWindow({ from, to });
      setRunId(undefined);
      setWindow(asked);
      start({ request: { service, window: asked }, origin, again });
    },
    [start, service, from, to]
  );
  const bounds = `${from} ${to}`;
  const answered = useRef(initialId === undefined ? '' : bounds);
  useEffect(() => {
    if (answered.current !== bounds) {
      answered.current = bounds;
      ask('link', false);
    }
  }, [ask, bounds]);
  const again = () => ask('person', true);
  const handle = useRun(backend.runs, runId);
  const sources = useSources(target);
  const shownWindow = handle.run?.view.record?.request.window ?? window;
  return (
    <RunPage
      backend={backend}
      service={service}
      window={shownWindow}
      handle={handle}
      sources={sources}
      isStarting={state.kind === 'starting'}
      onAgain={again}
    >
      <OpenIncidentNotice service={service} cause={handle.run?.view.record?.cause?.service} />
      {state.kind === 'starting' && (
        <RunProgress
          view={EMPTY_RUN}
          connection={{ kind: 'stream' }}
          heardMs={state.sinceMs}
          onCancel={cancel}
          cancelProblem={undefined}
        />
      )}
      {state.kind === 'cancelled' && <EmptyState title={T.cancelled}>{T.cancelledHint}</EmptyState>}
      {state.kind === 'failed' && <ErrorState problem={state.problem} onRetry={again} />}
    </RunPage>
  );
}

/** That somebody is at it already: an open incident about the service, or with the cause that was found. */
function OpenIncidentNotice({ service, cause }: { readonly service: string; readonly cause: string | undefined }) {
  const { executor } = useClients();
  const load = useCallback((signal: AbortSignal) => executor.incidents('open', signal), [executor]);
  const { data = [] } = usePolling(load, POLL_MS);
  const causeOf = ({ report }: IncidentRecord) => report.hypotheses[0]?.service;
  const own = data.find((incident) => incident.service === service || causeOf(incident) === service);
  const open = own ?? data.find((incident) => cause !== undefined && causeOf(incident) === cause);
  if (!open) {
    return null;
  }
  const title = own || cause === undefined ? T.openIncident(open.service) : T.sameCause(open.service, cause);
  return (
    <Alert severity="info" title={title}>
      {T.openIncidentHint} <TextLink href={toIncidentUrl(open.id)}>{T.openIncidentLink}</TextLink>
    </Alert>
  );
}
