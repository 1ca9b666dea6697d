import {
  type RunDetail,
  type RunEventsAnswer,
  type RunRecord,
  type RunsAnswer,
  startRunResourceSchema,
} from '#contracts';
import { BackendError, toFailure } from '../errors.ts';
import type { CallResourceResponse } from '../grpc/messages.ts';
import { followRun, fromLedger, readEvents, type RunSources } from '../investigations/runs/follow-run.ts';
import { readBody, readWhole } from './parameters.ts';
import { toJson, toLine, toStreamStart } from './respond.ts';
import type { ResourceCall } from './router.ts';

const MAX_WINDOW_MS = 24 * 3_600_000;
const MAX_SEQ = 1_000_000;

type Send = (part: CallResourceResponse) => Promise<void>;

const sourcesOf = ({ runs, datasource }: ResourceCall): RunSources => ({
  keeper: runs,
  ledger: datasource.upstreams.runs,
});

const afterOf = ({ parameters }: ResourceCall): number =>
  readWhole(parameters, 'after', { fallback: 0, minimum: 0, maximum: MAX_SEQ });

/** `POST runs`: 201 with a run that was started, 200 with the one that answers the same question. */
export async function startRun(call: ResourceCall, send: Send): Promise<void> {
  const { request, origin, incidentId, again } = readBody(startRunResourceSchema, call.body);
  const { fromMs, toMs } = request.window;
  if (toMs - fromMs > MAX_WINDOW_MS) {
    throw new BackendError('CAUSEWAY_RANGE_INVALID', 'The window is longer than 24 hours.', {
      remedy: 'Give a window of at most 24 hours.',
    });
  }
  const startedBy = call.login || origin;
  const started = await call.runs.start({ request, origin, startedBy, incidentId, again });
  await send(toJson(started.created ? 201 : 200, started));
}

/** `GET runs?cursor=&service=&incidentId=&status=`: newest first; while the ledger is away those in memory, and why. */
export async function answerRuns(call: ResourceCall): Promise<RunsAnswer> {
  const { parameters, runs, datasource, signal } = call;
  const text = (name: string): string | undefined => parameters.get(name)?.slice(0, 253) || undefined;
  const query = { service: text('service'), incidentId: text('incidentId'), status: text('status') };
  const cursor = text('cursor');
  const limit = readWhole(parameters, 'limit', { fallback: 20, minimum: 1, maximum: 100 });
  const wanted = ({ request, incidentId, status }: RunRecord): boolean =>
    request.service === (query.service ?? request.service) &&
    incidentId === (query.incidentId ?? incidentId) &&
    status === (query.status ?? status);
  const live = runs.list().filter(wanted);
  const { runs: ledger } = datasource.upstreams;
  if (!ledger) {
    const reason = 'No executor is configured: runs are kept until the backend stops.';
    return { items: live, nextCursor: null, problem: { source: 'executor', reason } };
  }
  try {
    const page = await ledger.list({ ...query, cursor, limit }, signal);
    const known = new Map(page.items.map((run) => [run.id, run]));
    // What is not written yet is on the first page only.
    const fresh = live.filter(({ id }) => known.has(id) || (cursor === undefined && runs.isUnwritten(id)));
    fresh.forEach((run) => known.set(run.id, run));
    const items = [...known.values()].toSorted((left, right) => (left.id < right.id ? 1 : -1));
    return { items, nextCursor: page.nextCursor, problem: runs.problem };
  } catch (error) {
    signal.throwIfAborted();
    const { code, message } = toFailure(error);
    return { items: live, nextCursor: null, problem: { source: 'executor', reason: `${code}: ${message}` } };
  }
}

/** `GET runs/:id`: the run with what persons said about it. */
export async function answerRun(call: ResourceCall): Promise<RunDetail> {
  const { runs, id, datasource, signal } = call;
  const live = runs.find(id)?.record;
  if (live && (!datasource.upstreams.runs || runs.isUnwritten(id))) {
    return { ...live, feedback: [] };
  }
  const stored = await fromLedger(datasource.upstreams.runs, (ledger) => ledger.find(id, signal));
  return { ...stored, ...live };
}

/** `GET runs/:id/events?after=N`: for pages that cannot read a stream. */
export function answerRunEvents(call: ResourceCall): Promise<RunEventsAnswer> {
  return readEvents(sourcesOf(call), call.id, afterOf(call), call.signal);
}

/** `GET runs/:id/stream?after=N`: what is stored, then what happens, as JSON lines; `run` is the last. */
export async function streamRun(call: ResourceCall, send: Send): Promise<void> {
  let begun = false;
  for await (const line of followRun(sourcesOf(call), call.id, afterOf(call), call.signal)) {
    if (!begun) {
      begun = true;
      await send(toStreamStart());
    }
    await send(toLine(line));
  }
  call.signal.throwIfAborted();
}

/** `POST runs/:id/cancel`: by whoever asks; a run of another backend ends at its next write. */
export async function cancelRun(call: ResourceCall): Promise<RunRecord> {
  const { runs, id, datasource, signal } = call;
  const by = call.login || 'a caller without a name';
  if (runs.cancel(id, by)) {
    const cancelled = runs.find(id)?.record;
    if (cancelled) {
      return cancelled;
    }
  }
  const live = runs.find(id)?.record;
  if (live) {
    return live;
  }
  return fromLedger(datasource.upstreams.runs, async (ledger) => {
    const run = await ledger.find(id, signal);
    if (run.status !== 'running') {
      return run;
    }
    const reason = `Cancelled by ${by}.`;
    const end = { status: 'cancelled', reason, verdict: null, decision: null, cause: null, cost: null } as const;
    return ledger.finish(id, { ...end, lastSeq: run.lastSeq }, signal);
  });
}
