import type { DataGap, EpochMs, FeatureCoverage, FeatureProfile, Labels, Seconds, ServiceName } from '#model';
import { TelemetryError } from '../errors.ts';
import type { LokiClient } from '../loki/client.ts';
import type { PrometheusClient } from '../prometheus/client.ts';
import { rateWindowSeconds } from '../promql/expressions.ts';
import { limitedServices, memoryLimitProbe } from './container-sources.ts';
import type { FeaturePlan, FeatureScope, UserSignalDefinition } from './feature-plan.ts';
import { FEATURE_SOURCES, METRIC_NAMES } from './source-catalogue.ts';
import type { FeatureSource } from './feature-source.ts';
import { HOST_NAME_PROBE, toHostNames } from './host-sources.ts';
import { findAccessLogs } from './nginx-source.ts';
import { askProbes, type ProbeAnswers, type ProbeSignals } from './probe.ts';
import { FeatureChoice } from './feature-choice.ts';
import { planUserSignals } from './user-signals.ts';

/** What to discover. */
export interface DiscoveryRequest {
  /** Namespace of the workloads; all when missing or empty. */
  readonly namespace?: string | undefined;
  readonly atMs: EpochMs;
  readonly userSignals?: readonly UserSignalDefinition[];
  /** For access logs of nginx; without it they are not looked for. */
  readonly loki?: Pick<LokiClient, 'queryRange' | 'queryLines'> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Step at which features will be read; rates cover it. Default 60. */
  readonly stepSeconds?: Seconds;
  /** Scrape interval; measured from `up` when missing. */
  readonly scrapeSeconds?: Seconds;
  /** After so long no further probe is begun. Default 60. */
  readonly deadlineSeconds?: Seconds;
}

type DiscoveryClient = Pick<PrometheusClient, 'query' | 'labelValues'>;

const HOUR_MS = 3_600_000;
const MAX_SCRAPE_SECONDS = 300;
const SCRAPE_RANGE_SECONDS = 600;
/** Scrapes of most targets in ten minutes; a low quantile, so that slower targets count. */
export const SCRAPE_PROBE = `quantile(0.1, count_over_time(up[${SCRAPE_RANGE_SECONDS}s]))`;

/** Selector of every metric that discovery knows. */
export const NAME_SELECTOR = `{__name__=~"${METRIC_NAMES.join('|')}"}`;

/**
 * Finds by itself what a Prometheus holds for the feature vectors: which services and hosts there are, and from which
 * metrics each feature of each is read best. Asks for metric names first, then one probe per kind of metrics that
 * exists; neither the number of probes nor that of queries grows with the services.
 *
 * A service that was seen an hour ago still counts, so that one that just vanished is not forgotten. New services are
 * found by the next discovery.
 *
 * @throws TelemetryError when Prometheus cannot tell its metric names, when everything fails, or when the caller cancels
 */
export async function discoverFeatures(prometheus: DiscoveryClient, request: DiscoveryRequest): Promise<FeaturePlan> {
  const { atMs, signal } = request;
  const deadline = AbortSignal.timeout(Math.max(1, (request.deadlineSeconds ?? 60) * 1000));
  const range = { startMs: atMs - HOUR_MS, endMs: atMs };
  const listed = await prometheus.labelValues('__name__', NAME_SELECTOR, range, { signal });
  const names = new Set(listed.values);
  const ends = { signal, deadline };
  const scrape = await measureScrape(prometheus, request, names, ends);
  const scope = toScope(request, scrape.seconds);
  const sources = FEATURE_SOURCES.filter(({ needs }) => needs.every((name) => names.has(name)));
  const limits = memoryLimitProbe(names, scope);
  const probes = [
    ...(names.has('node_uname_info') ? [[HOST_NAME_PROBE, 'node-exporter/node_uname_info'] as const] : []),
    ...sources.map((source) => [source.probe(scope), source.id] as const),
    ...(limits === undefined ? [] : [[limits, 'memory-limits'] as const]),
  ];
  const answers = await askProbes(prometheus, probes, atMs, ends);
  const choice = choose(sources, answers, scope);
  const logs = request.loki && (await findAccessLogs(request.loki, atMs, scope, choice.known().hosts, ends));
  choice.preferAccessLogs(logs?.slices ?? []);
  const user = await planUserSignals(prometheus, request.userSignals ?? [], atMs, ends);
  const limited = limits === undefined ? [] : answers.rows.get(limits);
  const queries = choice.queries();
  return {
    coverage: [
      ...withLimits(choice.coverage(queries), limited && limitedServices(limited, choice.known())),
      ...user.coverage,
    ],
    queries: [...queries, ...user.queries],
    gaps: [
      ...listed.warnings.map((reason): DataGap => ({ source: 'prometheus:feature-names', reason })),
      ...scrape.gaps,
      ...answers.gaps,
      ...(logs?.gaps ?? []),
      ...user.gaps,
      ...choice.gaps(),
    ],
  };
}

/** Lets every source offer what it has, in order of preference. */
function choose(sources: readonly FeatureSource[], answers: ProbeAnswers, scope: FeatureScope): FeatureChoice {
  const rowsOf = (expr: string): readonly Labels[] => answers.rows.get(expr) ?? [];
  const choice = new FeatureChoice(toHostNames(rowsOf(HOST_NAME_PROBE)));
  for (const source of sources) {
    choice.offer(source, source.slices(rowsOf(source.probe(scope)), scope, choice.known()));
  }
  return choice;
}

function toScope(request: DiscoveryRequest, scrapeSeconds: Seconds | undefined): FeatureScope {
  return {
    namespace: request.namespace,
    minuteSeconds: Math.max(60, rateWindowSeconds(1, scrapeSeconds)),
    fiveMinutesSeconds: Math.max(300, rateWindowSeconds(1, scrapeSeconds)),
    rateSeconds: rateWindowSeconds(request.stepSeconds ?? 60, scrapeSeconds),
  };
}

/** The scrape interval; undefined where nothing tells it, which is a gap where it could not be read. */
async function measureScrape(
  prometheus: DiscoveryClient,
  request: DiscoveryRequest,
  names: ReadonlySet<string>,
  ends: ProbeSignals
): Promise<{ readonly seconds: Seconds | undefined; readonly gaps: readonly DataGap[] }> {
  if (request.scrapeSeconds !== undefined || !names.has('up')) {
    return { seconds: request.scrapeSeconds, gaps: [] };
  }
  const { signal, deadline } = ends;
  try {
    const either = signal ? AbortSignal.any([signal, deadline]) : deadline;
    const { samples } = await prometheus.query(SCRAPE_PROBE, request.atMs, { signal: either });
    const seconds = Math.round(SCRAPE_RANGE_SECONDS / (samples[0]?.value ?? Number.NaN));
    const usable = Number.isFinite(seconds) && seconds >= 1;
    return { seconds: usable ? Math.min(MAX_SCRAPE_SECONDS, seconds) : undefined, gaps: [] };
  } catch (error) {
    if (error instanceof TelemetryError && !signal?.aborted) {
      const reason = `The scrape interval is taken for 15 s: ${error.code}: ${error.message}`;
      return { seconds: undefined, gaps: [{ source: 'prometheus:feature-scrape', reason }] };
    }
    throw error;
  }
}

const NO_LIMIT = 'Without a memory limit, saturation of memory cannot be forecast.';
const LIMITED: Readonly<Record<FeatureProfile, string>> = { service: 'memory', host: '' };

/** Notes at the memory of services without a limit what that costs. `limited` is undefined where it could not be read. */
function withLimits(
  coverage: readonly FeatureCoverage[],
  limited: ReadonlySet<ServiceName> | undefined
): readonly FeatureCoverage[] {
  return coverage.map((entry) => {
    const concerns = entry.feature === LIMITED[entry.profile] && limited !== undefined && !limited.has(entry.service);
    if (!concerns) {
      return entry;
    }
    return { ...entry, cost: entry.found ? NO_LIMIT : `${entry.cost} ${NO_LIMIT}` };
  });
}
