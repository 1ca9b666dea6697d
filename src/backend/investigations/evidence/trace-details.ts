import { type ComparedTrace, compareTrace, formatValue, type GrownOperation } from '#engine';
import type { ServiceName, Signal, Span, TimeWindow } from '#model';
import {
  fetchGoodTraces,
  fetchSlowJaegerTraces,
  fetchSlowTraces,
  fetchTraces,
  quoteTraceQl,
  selector,
  slowestExemplars,
  TelemetryError,
} from '#telemetry';
import type { DetailPart, DetailSource, DetailSubject, Finding } from './detail-part.ts';
import { oneLine } from './one-line.ts';

type Trace = readonly Span[];
type Kind = 'exemplar' | 'slow' | 'failed';

const MAX_FAILED = 3;
const MAX_SLOW = 3;
/** Times the usual 95th percentile from which a request is slow. */
const SLOW_RATIO = 1.5;
const MAX_EXEMPLARS = 2;
/** Kinds of requests whose good traces are read, and how many of each. */
const MAX_REQUESTS = 3;
const GOOD_TRACES = 6;
/** Share of failed requests that is worth a trace, and how many times the usual it must be. */
const LEAST_FAILING = 0.01;
const FAILING_RATIO = 3;
const MAX_NAME = 120;
const MAX_PATH = 60;

/** Exemplar, slowest and failed traces of the target, each with its critical path beside good traces of the same request. */
export async function collectTraces(source: DetailSource, subject: DetailSubject, part: DetailPart): Promise<void> {
  const { tempo, jaeger } = source.upstreams;
  if (!tempo && !jaeger) {
    part.gaps.push({ source: 'traces', reason: 'Neither Tempo nor Jaeger is configured: no trace can be shown.' });
    return;
  }
  const { windows, report, causes } = subject;
  const isFailing = failsMore(subject);
  const [slow, exemplars, failed] = await Promise.all([
    subject.traces.length > 0 ? subject.traces : readSlow(source, subject, part),
    readExemplars(source, subject, part),
    tempo && isFailing
      ? part.read('tempo:failed-traces', (signal) =>
          fetchTraces(tempo, failedQuery(report.target.service), windows.incident, { limit: MAX_FAILED, signal })
        )
      : undefined,
  ]);
  const kinds: Readonly<Record<Kind, readonly Trace[]>> = {
    exemplar: exemplars,
    slow,
    failed: failed ?? (isFailing ? slow.filter((trace) => trace.some((span) => span.failed)) : []),
  };
  const roots = requestsOf(Object.values(kinds).flat());
  const good = await Promise.all(roots.map((root) => readGood(source, root, subject, part)));
  const seen = new Set<string>();
  for (const [kind, traces] of Object.entries(kinds) as [Kind, readonly Trace[]][]) {
    const compared = traces.flatMap((trace) => compareTrace(trace, good.flat()) ?? []);
    const best = compared.filter(({ traceId }) => !seen.has(traceId)).toSorted(byWorth(causes))[0];
    if (best) {
      seen.add(best.traceId);
      part.findings.push(toFinding(kind, best, subject));
    }
  }
  // Where nothing was slow there is no slow trace to miss.
  if (seen.size === 0 && part.gaps.length === 0 && report.decision !== 'no-significant-root-cause') {
    const name = oneLine(report.target.service, MAX_NAME);
    const reason = `No trace of ${name} was found that failed or took longer than usual; traces may be sampled.`;
    part.gaps.push({ source: 'traces', reason });
  }
}

/** The longest traces of a target that is slow for itself, but not slow enough for the search of the ranking. */
async function readSlow(
  { upstreams: { tempo, jaeger } }: DetailSource,
  { report: { target }, signals, windows }: DetailSubject,
  part: DetailPart
): Promise<readonly Trace[]> {
  const latencies = signals.filter(({ service, kind }) => service === target.service && kind === 'latency');
  const usual = Math.min(...latencies.map((latency) => meanIn(latency, windows.baseline)));
  if (!Number.isFinite(usual)) {
    return [];
  }
  const found = await part.read(`${tempo ? 'tempo' : 'jaeger'}:slow-traces`, async (signal) => {
    const options = { limit: MAX_SLOW, minSeconds: SLOW_RATIO * usual, signal };
    return tempo
      ? fetchSlowTraces(tempo, target.service, windows.incident, options)
      : jaeger && fetchSlowJaegerTraces(jaeger, target.service, windows.incident, options);
  });
  return (found ?? []).map(({ spans }) => spans);
}

/** Mean of a stretch; NaN without values. */
function meanIn({ series }: Signal, { fromMs, toMs }: TimeWindow): number {
  const values = series.values.filter((value, i) => {
    const atMs = series.timesMs[i] ?? NaN;
    return atMs >= fromMs && atMs < toMs && Number.isFinite(value);
  });
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Whether the target fails more than usual: a request that fails as others do every day says nothing of the incident. */
function failsMore({ report: { target }, signals, windows }: DetailSubject): boolean {
  const errors = signals.find(({ service, kind }) => service === target.service && kind === 'error-ratio');
  if (!errors || target.symptom === 'errors') {
    return true;
  }
  const usual = meanIn(errors, windows.baseline);
  return meanIn(errors, windows.incident) >= Math.max(LEAST_FAILING, FAILING_RATIO * (Number.isNaN(usual) ? 0 : usual));
}

function failedQuery(service: ServiceName): string {
  return `{ resource.service.name = ${quoteTraceQl(service)} && status = error }`;
}

async function readExemplars(
  { upstreams: { prometheus, tempo } }: DetailSource,
  { report, windows }: DetailSubject,
  part: DetailPart
): Promise<readonly Trace[]> {
  if (!tempo) {
    return [];
  }
  const name = report.target.service;
  const histograms = [
    selector('traces_spanmetrics_latency_bucket', [{ label: 'service', equals: name }]),
    selector('http_server_request_duration_seconds_bucket', [{ label: 'service_name', equals: name }]),
  ];
  const found = await part.read('prometheus:exemplars', (signal) =>
    slowestExemplars(prometheus, histograms, windows.incident, { limit: MAX_EXEMPLARS, signal })
  );
  const traces = (found ?? []).map((traceId) =>
    part.read('tempo:exemplars', async (signal) => {
      try {
        return (await tempo.trace(traceId, { signal })).spans;
      } catch (error) {
        if (error instanceof TelemetryError && error.failure === 'not-found') {
          return undefined;
        }
        throw error;
      }
    })
  );
  return (await Promise.all(traces)).filter((trace) => trace !== undefined);
}

/** First spans of the kinds of requests that the traces are of. */
function requestsOf(traces: readonly Trace[]): readonly Span[] {
  const roots = traces.flatMap((trace) => compareTrace(trace, [])?.root ?? []);
  return [...new Map(roots.map((root) => [JSON.stringify([root.service, root.name]), root])).values()].slice(
    0,
    MAX_REQUESTS
  );
}

async function readGood(
  { upstreams: { tempo, jaeger } }: DetailSource,
  root: Span,
  { windows }: DetailSubject,
  part: DetailPart
): Promise<readonly Trace[]> {
  const found = await part.read('traces:good', async (signal) => {
    if (tempo) {
      return fetchGoodTraces(tempo, root, windows.baseline, { limit: GOOD_TRACES, signal });
    }
    const search = { service: root.service, window: windows.baseline, limit: 5 * GOOD_TRACES };
    return ((await jaeger?.search(search, { signal })) ?? []).map(({ spans }) => spans);
  });
  return (found ?? []).filter((trace) => !trace.some((span) => span.spanId === root.spanId || span.failed));
}

/** Those in which a cause grew or failed, then the longest. */
function byWorth(causes: readonly ServiceName[]) {
  const isCause = (service: ServiceName | undefined): boolean => service !== undefined && causes.includes(service);
  const worth = ({ grew, path }: ComparedTrace): number =>
    isCause(grew?.service) || isCause(grew?.callee) || isCause(failedPart(path)?.service) ? 1 : 0;
  return (left: ComparedTrace, right: ComparedTrace): number =>
    worth(right) - worth(left) || right.durationMs - left.durationMs;
}

function toFinding(kind: Kind, trace: ComparedTrace, { windows, causes }: DetailSubject): Finding {
  const { traceId, root, durationMs, usualMs, comparedWith, path } = trace;
  const failedIn = kind === 'failed' ? failedPart(path) : undefined;
  const speaking = trace.grew ?? trace.longest;
  const good = `${comparedWith} good ${comparedWith === 1 ? 'trace' : 'traces'}`;
  const usual =
    usualMs === null
      ? 'no good trace is known to compare with'
      : `normally ${milliseconds(usualMs)}, the median of ${good}`;
  const between = speaking.callee !== undefined && causes.includes(speaking.callee) ? speaking.callee : undefined;
  const service = nameOf(failedIn?.service ?? between ?? speaking.service);
  const where = `of "${oneLine(root.name, MAX_NAME)}" at ${nameOf(root.service)}`;
  const texts = [
    `${service}: the ${kind} trace ${traceId} ${where} took ${milliseconds(durationMs)} (${usual}).`,
    ...(kind === 'failed' ? [failureText(failedIn)] : []),
    // What a failed request did not do any more says nothing; what took longer does.
    ...(kind === 'failed' && !trace.grew ? [] : [spanText(speaking)]),
  ];
  return {
    source: 'trace',
    service,
    statement: texts.join(' '),
    query: `{ trace:id = ${quoteTraceQl(traceId)} }`,
    language: 'traceql',
    window: windows.incident,
    atMs: root.startMs,
    ...valuesOf(trace),
    unit: 'seconds',
    detail: {
      kind: 'trace-path',
      traceId,
      durationMs,
      usualMs,
      comparedWith,
      path: mostOf(path).map((part) => ({
        ...part,
        service: nameOf(part.service),
        operation: oneLine(part.operation, MAX_NAME),
      })),
    },
  };
}

/** Where there are too many parts, those that took longest, still in order of time. */
function mostOf(path: ComparedTrace['path']): ComparedTrace['path'] {
  const least = path.map(({ selfMs }) => selfMs).toSorted((left, right) => right - left)[MAX_PATH - 1] ?? 0;
  return path.filter(({ selfMs }) => selfMs >= least).slice(0, MAX_PATH);
}

/** Of the operation that grew; of the whole trace where none did. */
function valuesOf({ grew, durationMs, usualMs }: ComparedTrace): Pick<Finding, 'observed' | 'baseline'> {
  const observed = (grew?.selfMs ?? durationMs) / 1000;
  const usual = grew ? grew.usualSelfMs : usualMs;
  return { observed, ...(usual === null ? {} : { baseline: usual / 1000 }) };
}

function spanText({ service, operation, selfMs, usualSelfMs, callee }: GrownOperation): string {
  const usual = usualSelfMs === null ? '' : `, normally ${milliseconds(usualSelfMs)}`;
  const [name, owner] = [oneLine(operation, MAX_NAME), nameOf(service)];
  return callee === undefined
    ? `On its critical path, "${name}" of ${owner} took ${milliseconds(selfMs)} by itself${usual}.`
    : `On its critical path, the call "${name}" from ${owner} to ${nameOf(callee)} took ${milliseconds(selfMs)} outside of both${usual}.`;
}

/** The innermost failed span of a path is the one that began last. */
function failedPart(path: ComparedTrace['path']): ComparedTrace['path'][number] | undefined {
  return path.findLast(({ isFailed }) => isFailed);
}

function failureText(span: ComparedTrace['path'][number] | undefined): string {
  return span
    ? `It failed in "${oneLine(span.operation, MAX_NAME)}" of ${nameOf(span.service)}.`
    : 'No span of its critical path failed.';
}

/** A name of a service as a run keeps it: spans name their service and its peers as they like. */
function nameOf(service: ServiceName): ServiceName {
  return oneLine(service, MAX_NAME) || 'unknown';
}

function milliseconds(value: number): string {
  return formatValue(value / 1000, 'seconds');
}
