import { type ComparedTrace, compareTrace, formatValue, type GrownOperation } from '#engine';
import type { ServiceName, Span } from '#model';
import { fetchGoodTraces, fetchTraces, quoteTraceQl, selector, slowestExemplars, TelemetryError } from '#telemetry';
import type { DetailPart, DetailSource, DetailSubject, Finding } from './detail-part.ts';
import { oneLine } from './one-line.ts';

type Trace = readonly Span[];
type Kind = 'exemplar' | 'slow' | 'failed';

const MAX_FAILED = 3;
const MAX_EXEMPLARS = 2;
/** Kinds of requests whose good traces are read, and how many of each. */
const MAX_REQUESTS = 3;
const GOOD_TRACES = 6;
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
  const [exemplars, failed] = await Promise.all([
    readExemplars(source, subject, part),
    tempo
      ? part.read('tempo:failed-traces', (signal) =>
          fetchTraces(tempo, failedQuery(report.target.service), windows.incident, { limit: MAX_FAILED, signal })
        )
      : undefined,
  ]);
  const kinds: Readonly<Record<Kind, readonly Trace[]>> = {
    exemplar: exemplars,
    slow: subject.traces,
    failed: failed ?? subject.traces.filter((trace) => trace.some((span) => span.failed)),
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

/** Those in which a cause grew, then the longest. */
function byWorth(causes: readonly ServiceName[]) {
  const worth = ({ grew }: ComparedTrace): number => (grew && causes.includes(grew.service) ? 1 : 0);
  return (left: ComparedTrace, right: ComparedTrace): number =>
    worth(right) - worth(left) || right.durationMs - left.durationMs;
}

function toFinding(kind: Kind, trace: ComparedTrace, { windows }: DetailSubject): Finding {
  const { traceId, root, durationMs, usualMs, comparedWith, path } = trace;
  const failedIn = kind === 'failed' ? path.findLast(({ isFailed }) => isFailed) : undefined;
  const speaking = trace.grew ?? trace.longest;
  const good = `${comparedWith} good ${comparedWith === 1 ? 'trace' : 'traces'}`;
  const usual =
    usualMs === null
      ? 'no good trace is known to compare with'
      : `normally ${milliseconds(usualMs)}, the median of ${good}`;
  const service = failedIn?.service ?? speaking.service;
  const where = `of "${oneLine(root.name, MAX_NAME)}" at ${oneLine(root.service, MAX_NAME)}`;
  const texts = [
    `${oneLine(service, MAX_NAME)}: the ${kind} trace ${traceId} ${where} took ${milliseconds(durationMs)} (${usual}).`,
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
      path: path.slice(0, MAX_PATH).map((part) => ({
        ...part,
        service: oneLine(part.service, MAX_NAME),
        operation: oneLine(part.operation, MAX_NAME),
      })),
    },
  };
}

/** Of the operation that grew; of the whole trace where none did. */
function valuesOf({ grew, durationMs, usualMs }: ComparedTrace): Pick<Finding, 'observed' | 'baseline'> {
  const observed = (grew?.selfMs ?? durationMs) / 1000;
  const usual = grew ? grew.usualSelfMs : usualMs;
  return { observed, ...(usual === null ? {} : { baseline: usual / 1000 }) };
}

function spanText({ service, operation, selfMs, usualSelfMs }: GrownOperation): string {
  const usual = usualSelfMs === null ? '' : `, normally ${milliseconds(usualSelfMs)}`;
  return `On its critical path, "${oneLine(operation, MAX_NAME)}" of ${oneLine(service, MAX_NAME)} took ${milliseconds(selfMs)} by itself${usual}.`;
}

/** Where a request failed: the innermost failed span of its path is the one that began last. */
function failureText(span: ComparedTrace['path'][number] | undefined): string {
  return span
    ? `It failed in "${oneLine(span.operation, MAX_NAME)}" of ${oneLine(span.service, MAX_NAME)}.`
    : 'No span of its critical path failed.';
}

function milliseconds(value: number): string {
  return formatValue(value / 1000, 'seconds');
}
