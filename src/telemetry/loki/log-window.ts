import type { DataGap, LogLine, Seconds, TimeWindow } from '#model';
import { mapConcurrently } from '../signals/concurrency.ts';
import type { LogOptions } from '../signals/log-errors.ts';
import { serviceCountQuery, serviceLogQuery } from '../signals/log-queries.ts';
import type { LokiClient } from './client.ts';
import { readLines, type ReadBudget, type ReadOutcome } from './read-lines.ts';

/** Bounds of one read. */
export interface LogWindowOptions extends LogOptions {
  /** Lines in all, default 20,000. */
  readonly maxLines?: number;
  /** Characters in all, default 16 million. */
  readonly maxCharacters?: number;
  /** Real time for the whole read, default 20. What is not read by then is left out. */
  readonly maxSeconds?: Seconds;
  /** Only these; all when missing. */
  readonly services?: readonly string[];
}

/** What one service logged in a window. */
export interface ServiceLog {
  readonly service: string;
  /** In order of time. A sample where `total` is larger than their number. */
  readonly lines: readonly LogLine[];
  /** Lines that Loki has. */
  readonly total: number;
}

/** The logs of all services in a window. */
export interface LogWindow {
  readonly window: TimeWindow;
  /** Services with lines, by name. */
  readonly services: readonly ServiceLog[];
  /** Which services were only sampled, and how far. */
  readonly gaps: readonly DataGap[];
}

const DEFAULT_LINES = 20_000;
const DEFAULT_CHARACTERS = 16e6;
const DEFAULT_SECONDS = 20;
/** Names in one selector: a URL holds about 4,000 characters. */
const NAMES_PER_QUERY = 40;
/** A service that cannot be read in full is read at so many places of the window, at most. */
const SAMPLE_SLICES = 4;
const MAX_SAMPLE_QUERIES = 60;
const CONCURRENCY = 4;

/**
 * Lines of all services in a window, within bounds. Volumes come first, from `count_over_time`: services that fit are read in
 * full, the largest are sampled at several places of the window, and every service says how many lines there were (for a sampled service
 * an estimate, since Loki counts from instant to instant).
 * @param window whole seconds
 * @throws TelemetryError when Loki cannot answer
 */
export async function fetchLogWindow(
  loki: Pick<LokiClient, 'queryRange' | 'queryLines'>,
  window: TimeWindow,
  options: LogWindowOptions = {}
): Promise<LogWindow> {
  const totals = await readTotals(loki, window, options);
  const budget: ReadBudget = {
    characters: options.maxCharacters ?? DEFAULT_CHARACTERS,
    endsAt: performance.now() + 1000 * (options.maxSeconds ?? DEFAULT_SECONDS),
  };
  const shares = allot(totals, options.maxLines ?? DEFAULT_LINES);
  const full = [...totals].filter(([service, total]) => shares.get(service) === total).map(([service]) => service);
  const sampled = [...totals.keys()].filter((service) => !full.includes(service));
  const reads = [
    ...chunks(full).map((names) => () => readAll(loki, names, window, budget, options)),
    ...sampled.map((name) => () => sample(loki, name, window, shares.get(name) ?? 0, sampled.length, budget, options)),
  ];
  const outcomes = await mapConcurrently(reads, CONCURRENCY, (read) => read());
  const complete = new Set(chunks(full).flatMap((names, i) => (outcomes[i]?.complete ? names : [])));
  return toWindow(
    window,
    totals,
    complete,
    outcomes.flatMap(({ lines }) => lines)
  );
}

async function readTotals(
  loki: Pick<LokiClient, 'queryRange'>,
  { fromMs, toMs }: TimeWindow,
  { namespace, services, signal }: LogWindowOptions
): Promise<ReadonlyMap<string, number>> {
  const wanted = services && new Set(services);
  // Loki counts in (to - range, to]: one second more, so that no line on the edge is missed.
  const seconds = Math.max(1, Math.round((toMs - fromMs) / 1000));
  const query = serviceCountQuery(seconds + 1, namespace);
  // Loki moves the range to whole steps: a step of one second leaves it where it is.
  const { series } = await loki.queryRange(query, { startMs: toMs, endMs: toMs, stepSeconds: 1 }, { signal });
  const totals = new Map<string, number>();
  for (const { labels, values } of series) {
    const service = labels['service_name'] ?? '';
    const count = values[0] ?? 0;
    if (service !== '' && count > 0 && (wanted?.has(service) ?? true)) {
      totals.set(service, (totals.get(service) ?? 0) + (count * seconds) / (seconds + 1));
    }
  }
  return new Map([...totals].map(([service, total]) => [service, Math.max(1, Math.round(total))]));
}

/** Lines per service: the small ones in full, the rest in equal parts. */
function allot(totals: ReadonlyMap<string, number>, maxLines: number): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  let left = maxLines;
  const ascending = [...totals].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
  ascending.forEach(([service, total], index) => {
    const share = Math.min(total, Math.max(1, Math.floor(left / (ascending.length - index))));
    shares.set(service, share);
    left = Math.max(0, left - share);
  });
  return shares;
}

function readAll(
  loki: Pick<LokiClient, 'queryLines'>,
  names: readonly string[],
  window: TimeWindow,
  budget: ReadBudget,
  { namespace, signal }: LogWindowOptions
): Promise<ReadOutcome> {
  return readLines(loki, serviceLogQuery(names, namespace), window, Infinity, budget, signal);
}

async function sample(
  loki: Pick<LokiClient, 'queryLines'>,
  name: string,
  { fromMs, toMs }: TimeWindow,
  limit: number,
  sampledServices: number,
  budget: ReadBudget,
  { namespace, signal }: LogWindowOptions
): Promise<ReadOutcome> {
  const wanted = Math.min(SAMPLE_SLICES, Math.floor(MAX_SAMPLE_QUERIES / sampledServices), limit);
  const slices = Math.max(1, wanted);
  const edges = Array.from({ length: slices + 1 }, (_, i) => Math.round(fromMs + ((toMs - fromMs) * i) / slices));
  const lines: LogLine[] = [];
  for (let i = 0; i < slices; i += 1) {
    const window = { fromMs: edges[i] ?? fromMs, toMs: edges[i + 1] ?? toMs };
    const part = Math.max(1, Math.floor(limit / slices));
    const read = await readLines(loki, serviceLogQuery([name], namespace), window, part, budget, signal);
    lines.push(...read.lines);
  }
  return { lines, complete: false };
}

function chunks(names: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(names.length / NAMES_PER_QUERY) }, (_, i) =>
    names.slice(i * NAMES_PER_QUERY, (i + 1) * NAMES_PER_QUERY)
  );
}

function toWindow(
  window: TimeWindow,
  totals: ReadonlyMap<string, number>,
  complete: ReadonlySet<string>,
  lines: readonly LogLine[]
): LogWindow {
  const byService = new Map<string, LogLine[]>([...totals.keys()].sort().map((service) => [service, []]));
  for (const line of lines) {
    byService.get(line.labels['service_name'] ?? '')?.push(line);
  }
  const services = [...byService].map(([service, own]): ServiceLog => {
    const total = complete.has(service) ? own.length : Math.max(own.length, totals.get(service) ?? 0);
    return { service, lines: own, total };
  });
  const gaps = services
    .filter(({ lines: own, total }) => own.length < total)
    .map(({ service, lines: own, total }): DataGap => {
      return {
        source: `loki:lines:${service}`,
        reason: `${own.length} of about ${total} lines were read; counts are scaled.`,
      };
    });
  return { window, services, gaps };
}
