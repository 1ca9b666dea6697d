import type { InstantSample, ServiceName, TimeWindow } from '#model';
import type { PrometheusClient } from '../prometheus/client.ts';
import { mapConcurrently } from '../signals/concurrency.ts';
import { CountTable, type WindowCount } from './count-table.ts';
import { EVENT_QUERIES, SPAN_FAMILIES, type SpanFamily } from './event-queries.ts';
import { operationName } from './operation-name.ts';

/** One operation of a service in the windows that were asked for; undefined where it did not occur. */
export interface OperationCount {
  readonly service: ServiceName;
  readonly operation: string;
  readonly kind: 'served' | 'internal';
  readonly windows: readonly (WindowCount | undefined)[];
}

/** Calls of one service to another one. */
export interface CallCount {
  readonly caller: ServiceName;
  readonly callee: ServiceName;
  /** The callee sends no spans: the calls are all that is known of what it served. */
  readonly untraced: boolean;
  readonly windows: readonly (WindowCount | undefined)[];
  /** How many of them failed, by window. */
  readonly failed: readonly number[];
}

/** What to count. */
export interface EventCountRequest {
  /** At most a few hundred. */
  readonly services: readonly ServiceName[];
  /** One of less than a minute is taken as the minute before its end. */
  readonly windows: readonly TimeWindow[];
  readonly signal?: AbortSignal | undefined;
}

/** Names in one selector: a URL holds about 4,000 characters. */
const NAMES_PER_QUERY = 40;
const CONCURRENT_QUERIES = 4;
/** Operations of one service that are kept, the most frequent first. */
const MAX_OPERATIONS = 60;
/** An answer with more rows is not used. */
const MAX_ROWS = 50_000;
/** A shorter range of `increase` may hold one sample only. */
const LEAST_SECONDS = 60;
const MILLISECOND = 0.001;

type Prometheus = Pick<PrometheusClient, 'query'>;
/** Samples of one query over all services, by window. */
type Answers = readonly (readonly InstantSample[])[];

/**
 * Counts the calls that services make in some windows, from service-graph metrics, which count every span. Durations are given
 * for calls to services that send no spans: what their callers wait is all theirs.
 *
 * @returns by caller and callee; nothing where there are no such metrics
 * @throws TelemetryError
 */
export async function fetchCallCounts(
  prometheus: Prometheus,
  request: EventCountRequest
): Promise<readonly CallCount[]> {
  const { services, windows } = request;
  const counted = await ask(prometheus, request, services, EVENT_QUERIES.calls);
  const table = new CountTable(windows.length);
  const untraced = new Set<string>();
  forEachSample(counted, (sample, window) => {
    const key = callKey(sample);
    table.count(key, window, sample.value);
    if (sample.labels['connection_type']) {
      untraced.add(key);
    }
  });
  if (table.size === 0) {
    return [];
  }
  const failures = new CountTable(windows.length);
  forEachSample(await ask(prometheus, request, services, EVENT_QUERIES.failedCalls), (sample, window) =>
    failures.count(callKey(sample), window, sample.value)
  );
  if (untraced.size > 0) {
    const timed = await ask(prometheus, request, services, EVENT_QUERIES.callDurations);
    forEachSample(timed, (sample, window) => table.bucket(callKey(sample), window, sample, 1));
  }
  const failedByKey = new Map(failures.list());
  return table.list().flatMap(([key, counts]) => {
    const [caller, callee] = JSON.parse(key) as readonly string[];
    const failed = windows.map((_, window) => failedByKey.get(key)?.[window]?.count ?? 0);
    return caller && callee ? [{ caller, callee, untraced: untraced.has(key), windows: counts, failed }] : [];
  });
}

function callKey({ labels }: InstantSample): string {
  return JSON.stringify([labels['client'] ?? '', labels['server'] ?? '']);
}

/**
 * Counts the operations of services in some windows, from span metrics, which count every span. They know no time without
 * children, so durations are given for services that call nobody, and are unknown elsewhere.
 *
 * @param leaves  those of the services that call nobody
 * @returns operations without ids in their names, by service and name; nothing where there are no such metrics
 * @throws TelemetryError
 */
export async function fetchOperationCounts(
  prometheus: Prometheus,
  request: EventCountRequest,
  leaves: readonly ServiceName[]
): Promise<readonly OperationCount[]> {
  const found = await firstAnswered(SPAN_FAMILIES, (family) =>
    ask(prometheus, request, request.services, (services, seconds) => EVENT_QUERIES.spans(family, services, seconds))
  );
  if (!found) {
    return [];
  }
  const table = new CountTable(request.windows.length);
  forEachSample(found.answers, (sample, window) =>
    table.count(operationKey(found.family, sample), window, sample.value)
  );
  const alike = SPAN_FAMILIES.filter(({ requests }) => requests === found.family.requests);
  const timed = await firstAnswered(alike, (family) =>
    ask(prometheus, request, leaves, (services, seconds) => EVENT_QUERIES.durations(family, services, seconds))
  );
  if (timed) {
    const unitSeconds = timed.family.durationUnit === 'milliseconds' ? MILLISECOND : 1;
    forEachSample(timed.answers, (sample, window) =>
      table.bucket(operationKey(timed.family, sample), window, sample, unitSeconds)
    );
  }
  return mostFrequent(
    table.list().flatMap(([key, windows]) => {
      const [service, kind, operation] = JSON.parse(key) as readonly string[];
      const isServed = kind !== 'SPAN_KIND_INTERNAL';
      return service && operation
        ? [{ service, operation, kind: isServed ? ('served' as const) : ('internal' as const), windows }]
        : [];
    })
  );
}

function operationKey({ label }: SpanFamily, { labels }: InstantSample): string {
  const kind = labels['span_kind'] === 'SPAN_KIND_INTERNAL' ? 'SPAN_KIND_INTERNAL' : 'SPAN_KIND_SERVER';
  return JSON.stringify([labels[label] ?? '', kind, operationName(labels['span_name'] ?? '')]);
}

/** The busiest operations of every service. */
function mostFrequent(operations: readonly OperationCount[]): readonly OperationCount[] {
  const byService = new Map<ServiceName, OperationCount[]>();
  for (const item of operations) {
    const own = byService.get(item.service) ?? [];
    byService.set(item.service, own);
    own.push(item);
  }
  const total = ({ windows }: OperationCount): number => windows.reduce((sum, window) => sum + (window?.count ?? 0), 0);
  return [...byService.values()].flatMap((own) =>
    own.length <= MAX_OPERATIONS ? own : own.toSorted((a, b) => total(b) - total(a)).slice(0, MAX_OPERATIONS)
  );
}

async function firstAnswered(
  families: readonly SpanFamily[],
  read: (family: SpanFamily) => Promise<Answers>
): Promise<{ readonly family: SpanFamily; readonly answers: Answers } | undefined> {
  for (const family of families) {
    const answers = await read(family);
    if (answers.some((samples) => samples.length > 0)) {
      return { family, answers };
    }
  }
  return undefined;
}

/** Asks a query for all services in parts, once per window. */
async function ask(
  prometheus: Prometheus,
  { windows, signal }: EventCountRequest,
  services: readonly ServiceName[],
  toQuery: (services: readonly ServiceName[], seconds: number) => string
): Promise<Answers> {
  const parts = Array.from({ length: Math.ceil(services.length / NAMES_PER_QUERY) }, (_, i) =>
    services.slice(i * NAMES_PER_QUERY, (i + 1) * NAMES_PER_QUERY)
  );
  const reads = windows.flatMap(({ fromMs, toMs }, window) =>
    parts.map((names, part) => {
      const seconds = Math.max(LEAST_SECONDS, Math.round((toMs - fromMs) / 1000));
      return { window, part, toMs, query: toQuery(names, seconds) };
    })
  );
  const answers = await mapConcurrently(reads, CONCURRENT_QUERIES, async ({ toMs, query }) => {
    const { samples } = await prometheus.query(query, toMs, { signal });
    return samples;
  });
  // Half an answer would look like operations that ceased.
  const isUsable = (part: number): boolean =>
    answers.every((samples, i) => reads[i]?.part !== part || samples.length <= MAX_ROWS);
  return windows.map((_, window) =>
    answers.flatMap((samples, i) => (reads[i]?.window === window && isUsable(reads[i].part) ? samples : []))
  );
}

function forEachSample(answers: Answers, use: (sample: InstantSample, window: number) => void): void {
  answers.forEach((samples, window) => samples.forEach((sample) => use(sample, window)));
}
