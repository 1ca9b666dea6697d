import React, { useCallback, useMemo, useState } from 'react';
import { Button, TextLink } from '@grafana/ui';
import type { AlertRecord, ExecutionRecord, IncidentRecord, PlanRecord, RunRecord, StartedRun } from '#contracts';
import { ErrorState, formatTime, IncidentTimeline, LoadingState, TEST_IDS, toTimeline } from '#ui';
import { useClients } from '../../api/clients.ts';
import { Reading } from '../../Reading.tsx';
import { usePolling } from '../../use-polling.ts';
import { ExportAction } from './ExportAction.tsx';
import { IncidentActions } from './IncidentActions.tsx';
import { IncidentHead } from './IncidentHead.tsx';
import { EgressBadge } from './model/ModelSection.tsx';
import { useBudget } from './model/use-budget.ts';
import { toRunUrl } from './rca-address.ts';
import { RUN_TEXTS as T } from './rca-texts.ts';
import { RunBody } from './RunBody.tsx';
import { RunStateBadge } from './RunStateBadge.tsx';
import { chooseRun, useIncidentRuns } from './run/use-incident-runs.ts';
import { useRun } from './run/use-run.ts';
import { useStart } from './run/use-start.ts';
import { useSources } from './use-sources.ts';
import { useTopologyOf } from './use-topology-of.ts';
import { extendTo } from './window.ts';

const POLL_MS = 3_000;

interface IncidentData {
  readonly incident: IncidentRecord;
  readonly plans: readonly PlanRecord[];
  readonly executions: readonly ExecutionRecord[];
  readonly alerts: readonly AlertRecord[];
}

/** One incident of the ledger, kept up to date: its newest run, plans to decide, executions, timeline. */
export function IncidentView({ incidentId }: { readonly incidentId: string }) {
  const { executor } = useClients();
  const load = useCallback(
    async (signal: AbortSignal): Promise<IncidentData> => {
      const [incident, plans, executions, { items: alerts }] = await Promise.all([
        executor.incident(incidentId, signal),
        executor.plans({ incidentId }, signal),
        executor.executions(incidentId, signal),
        executor.alerts(incidentId, signal),
      ]);
      return { incident, plans, executions, alerts };
    },
    [executor, incidentId]
  );
  const polled = usePolling(load, POLL_MS);
  return (
    <Reading polled={polled} label={T.readingIncident}>
      {(data) => <Incident data={data} onChanged={polled.refresh} />}
    </Reading>
  );
}

/** The run that the page of an incident shows, and a way to start another. */
function useIncidentRun(incident: IncidentRecord) {
  const { backend } = useClients();
  const runs = useIncidentRuns(backend?.runs, incident.id);
  const [started, setStarted] = useState('');
  const { refresh } = runs;
  const onStarted = useCallback(
    ({ run }: StartedRun) => {
      setStarted(run.id);
      refresh();
    },
    [refresh]
  );
  const { state, start } = useStart(backend, onStarted);
  const { data: listed = [] } = runs;
  const newest = chooseRun(listed);
  // A list that was read before knows nothing of a run that was just started.
  const runId = started > (newest?.id ?? '') ? started : newest?.id;
  const handle = useRun(backend?.runs, runId);
  return {
    handle,
    isBusy: state.kind === 'starting' || (handle.run !== undefined && !handle.run.view.isOver),
    analyse: () => start({ request: toRequest(incident), origin: 'person', incidentId: incident.id, again: true }),
    known: newest?.id === runId ? newest : undefined,
    startProblem: state.kind === 'failed' ? state.problem : undefined,
    isListed: backend === undefined || runs.data !== undefined || runs.problem !== undefined,
    notice: describeFallback(listed, runId),
    earlier: listed.filter(({ id }) => id !== runId),
  };
}

function Incident({ data, onChanged }: { readonly data: IncidentData; readonly onChanged: () => void }) {
  const { incident, plans, executions, alerts } = data;
  const { backend } = useClients();
  const { handle, isBusy, analyse, known, startProblem, isListed, notice, earlier } = useIncidentRun(incident);
  const report = handle.run?.view.report ?? incident.report;
  const topology = useTopologyOf(backend, report.window);
  const budget = useBudget(backend, incident.id);
  const sources = useSources();
  const timeline = useMemo(
    () => toTimeline(incident, plans, executions, alerts),
    [incident, plans, executions, alerts]
  );
  return (
    <>
      <IncidentHead
        incident={incident}
        topology={topology}
        window={report.window}
        onChanged={onChanged}
        egress={<EgressBadge budget={budget.data} />}
        action={
          <>
            <ExportAction report={report} view={handle.run?.view} sources={sources} {...data} />
            {backend && (
              <Button
                icon="sync"
                variant="secondary"
                disabled={isBusy}
                onClick={analyse}
                data-testid={TEST_IDS.rca.analyse}
              >
                {T.analyse}
              </Button>
            )}
          </>
        }
      />
      {startProblem && <ErrorState problem={startProblem} onRetry={analyse} />}
      {isListed ? (
        <RunBody
          backend={backend}
          handle={handle}
          known={known}
          fallback={{ report: incident.report, notice }}
          topology={topology}
          sources={sources}
          budget={budget}
          subject={{ kind: 'incident', id: incident.id }}
          onRetry={backend && analyse}
          actions={(shown, feedback) => (
            <IncidentActions
              incident={incident}
              report={shown}
              plans={plans}
              executions={executions}
              feedback={feedback}
              onChanged={onChanged}
            />
          )}
          timeline={<IncidentTimeline events={timeline} />}
        />
      ) : (
        <LoadingState label={T.readingRun} />
      )}
      <EarlierRuns runs={earlier} />
    </>
  );
}

/** An open incident is looked at up to now. */
function toRequest({ service, symptom, onsetMs, status, report }: IncidentRecord) {
  const window = status === 'open' ? extendTo(report.window, Date.now()) : report.window;
  return { service, symptom, onsetMs, window };
}

function describeFallback(runs: readonly RunRecord[], runId: string | undefined): string {
  if (runId !== undefined) {
    return T.fromLedger;
  }
  return runs.length > 0 ? T.runFailed : T.noRun;
}

function EarlierRuns({ runs }: { readonly runs: readonly RunRecord[] }) {
  return runs.length === 0 ? null : (
    <details data-testid={TEST_IDS.rca.runs}>
      <summary>
        {T.recent} ({runs.length})
      </summary>
      <ul>
        {runs.map(({ id, createdMs, status, verdict, cause }) => (
          <li key={id}>
            <TextLink href={toRunUrl(id)}>{formatTime(createdMs)}</TextLink> <RunStateBadge status={status} /> {verdict}{' '}
            {cause ? cause.service : T.noCause}
          </li>
        ))}
      </ul>
    </details>
  );
}
