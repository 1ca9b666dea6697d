import type { RunCost, RunEvent, RunRequest } from '#contracts';
import type { RcaReport } from '#model';
import type { Datasource } from '../../../src/backend/datasource/datasource.ts';
import type { InvestigationRequest } from '../../../src/backend/investigations/investigate.ts';
import { LiveRun } from '../../../src/backend/investigations/runs/live-run.ts';
import { performRun } from '../../../src/backend/investigations/runs/perform-run.ts';
import { createRunInvestigator } from '../../../src/backend/investigator/run-investigator.ts';

/** A run that was done as the backend does it. */
export interface MeasuredRun {
  readonly report: RcaReport;
  readonly events: readonly RunEvent[];
  readonly seconds: number;
  readonly cost: RunCost;
}

const NO_ID = '0'.repeat(26);
const LIMIT_MS = 120_000;

/**
 * Does a run and waits for its end.
 * @param known  the report of an earlier run of the same question: then only the language model works
 * @throws Error when the run has no report
 */
export async function measureRun(
  datasource: Datasource,
  { service, symptom, window, onsetMs }: InvestigationRequest,
  { depth, known }: { readonly depth: RunRequest['depth']; readonly known?: RcaReport }
): Promise<MeasuredRun> {
  const request = {
    service,
    window,
    depth,
    ...(symptom === undefined ? {} : { symptom }),
    ...(onsetMs === undefined ? {} : { onsetMs: Math.round(onsetMs) }),
  };
  const now = (): number => datasource.clock.now();
  const run = new LiveRun(toRecord(request, now()), now);
  const begunMs = performance.now();
  const end = await performRun(run, {
    datasource,
    signal: AbortSignal.timeout(LIMIT_MS),
    modelSignal: AbortSignal.timeout(2 * LIMIT_MS),
    investigator: createRunInvestigator(() => undefined),
    ...(known ? { analyse: async () => ({ report: known, signals: [], earlierIncidents: [] }) } : {}),
  });
  const seconds = (performance.now() - begunMs) / 1000;
  run.end(end);
  const { events, record } = run;
  const report = events.flatMap((event) => (event.type === 'report' ? [event.report] : [])).at(-1);
  if (!report || !record.cost) {
    throw new Error(`The run of ${service} ended without a report.`);
  }
  return { report, events, seconds, cost: record.cost };
}

function toRecord(request: RunRequest, nowMs: number): ConstructorParameters<typeof LiveRun>[0] {
  return {
    id: NO_ID,
    fingerprint: 'bench-investigation',
    startsAtMs: request.window.fromMs,
    request,
    origin: 'api',
    startedBy: 'bench',
    incidentId: null,
    status: 'running',
    reason: '',
    createdMs: nowMs,
    finishedMs: null,
    verdict: null,
    decision: null,
    cause: null,
    cost: null,
    lastSeq: 0,
    revision: 0,
  };
}
