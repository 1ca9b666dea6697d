import { declareIncidentSchema, type IncidentRecord, type RunRecord } from '#contracts';
import { symptomLevels } from '#engine';
import type { RcaReport, ServiceGraph } from '#model';
import { BackendError } from '../errors.ts';
import type { ExecutorClient } from '../executor/executor-client.ts';
import { describeThrown } from '../grpc/hclog.ts';
import type { CallResourceResponse } from '../grpc/messages.ts';
import { explainIncident } from '../investigations/runs/explain-incident.ts';
import { readEvents } from '../investigations/runs/follow-run.ts';
import { matchIncident } from '../watch/incident-match.ts';
import { toOpenIncident, troubleOf } from '../watch/new-incident.ts';
import { readBody } from './parameters.ts';
import { requireEditor } from './require-editor.ts';
import { toJson } from './respond.ts';
import type { ResourceCall } from './router.ts';

/** Time before the window in which is looked for what was usual. */
const MAX_BASELINE_MS = 3 * 3_600_000;

/**
 * `POST incidents { runId }`: 201 with the incident that a finished run found, 200 with the open one that it belongs to. An
 * incident that is new gets a run of its own, since the run that it was declared from stays as it was.
 */
export async function declareIncident(
  call: ResourceCall,
  send: (part: CallResourceResponse) => Promise<void>
): Promise<void> {
  requireEditor(call.role, 'declare incidents');
  const { runId } = readBody(declareIncidentSchema, call.body);
  const { executor } = call.datasource.upstreams;
  if (!executor) {
    const remedy = 'Set the URL and the signing key of the executor in the settings of the data source.';
    throw new BackendError('CAUSEWAY_SETTINGS_INVALID', 'No executor is configured: nobody keeps incidents.', {
      remedy,
    });
  }
  const { run, report } = await readReport(call, runId);
  const { service } = report.target;
  const open = await executor.listOpenIncidents(call.signal);
  const known = open.find(({ id }) => id === run.incidentId) ?? matchIncident(troubleOf(service, report), open);
  if (known) {
    await send(toJson(200, known));
    return;
  }
  const incident = await openIncident(call, executor, report);
  call.log('info', 'incident declared by a person', { incident: incident.id, service, run: runId });
  await explain(call, incident, run);
  await send(toJson(201, incident));
}

/** @throws BackendError where there is no such run, or it has no report (yet) */
async function readReport(
  { runs, datasource, signal }: ResourceCall,
  runId: string
): Promise<{ readonly run: RunRecord; readonly report: RcaReport }> {
  const sources = { keeper: runs, ledger: datasource.upstreams.runs };
  let report: RcaReport | undefined;
  let page = await readEvents(sources, runId, 0, signal);
  for (;;) {
    // The last one counts: a language model may have worded it anew.
    report = page.events.findLast((event) => event.type === 'report')?.report ?? report;
    const last = page.events.at(-1)?.seq;
    if (!page.more || last === undefined) {
      break;
    }
    page = await readEvents(sources, runId, last, signal);
  }
  const { run } = page;
  if (run.status !== 'finished' || !report) {
    const message =
      run.status === 'running' ? 'The investigation is not over yet.' : 'The investigation has no report.';
    const remedy = 'Declare an incident from an investigation that has finished with a report.';
    throw new BackendError('CAUSEWAY_REQUEST_INVALID', message, { remedy });
  }
  return { run, report };
}

async function openIncident(
  { datasource, login, signal }: ResourceCall,
  executor: ExecutorClient,
  report: RcaReport
): Promise<IncidentRecord> {
  const { target, window, baseline } = report;
  const detectedMs = datasource.clock.now();
  const { signals } = await datasource.signals.readFine(window.fromMs, window.toMs, MAX_BASELINE_MS, signal);
  const earlier = datasource.knownTimes.during(baseline);
  const { judgement } = await datasource.assess(detectedMs, signal);
  const graph: Pick<ServiceGraph, 'nodes'> = judgement.graph;
  const levels = symptomLevels(signals, target.service, baseline, earlier);
  const { fingerprint } = troubleOf(target.service, report);
  return executor.openIncident(
    toOpenIncident({ fingerprint, target, report, detectedMs, levels, graph, origin: 'person', openedBy: login }),
    signal
  );
}

/** The incident is there, whether or not its run can begin. */
async function explain({ runs, log, login }: ResourceCall, incident: IncidentRecord, run: RunRecord): Promise<void> {
  const { window, depth } = run.request;
  const by = { origin: 'person', startedBy: login || 'person' } as const;
  try {
    await explainIncident(runs, incident, { window, depth, again: true, by });
  } catch (error) {
    log('warn', 'an incident has no run', { incident: incident.id, error: describeThrown(error) });
  }
}
