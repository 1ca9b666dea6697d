import type { TopologySettings } from '#contracts';
import { mergeTopology } from '#engine';
import type {
  DataGap,
  EdgeReading,
  EpochMs,
  ServiceGraph,
  ServiceName,
  TopologyReading,
  TopologySource as Source,
} from '#model';
import {
  type Clock,
  type EdgeHistory,
  fetchEdgeHistory,
  fetchJaegerDependencies,
  fetchJaegerTopology,
  fetchKubernetesTopology,
  fetchTempoTopology,
  type KubernetesTopology,
  type SpanTopology,
  TelemetryError,
  withHistory,
} from '#telemetry';
import type { SignalSource } from '../signals/signal-source.ts';
import type { Upstreams } from '../upstreams/upstreams.ts';
import type { DeclaredTopology } from './declared-topology.ts';
import { KeptWork } from './kept-work.ts';
import { SpanMemory } from './span-memory.ts';

/** The graph at an instant, and what is missing from it. */
export interface MergedTopology {
  readonly graph: ServiceGraph;
  readonly gaps: readonly DataGap[];
  /** Set when no telemetry shows a call because the service-graph metrics could not be read. */
  readonly error: Error | undefined;
}

/** What the graph of a datasource is made from. */
export interface TopologyOptions {
  readonly upstreams: Pick<Upstreams, 'prometheus' | 'tempo' | 'jaeger'>;
  readonly signals: Pick<SignalSource, 'readEdges'>;
  readonly settings: TopologySettings;
  readonly namespace: string | undefined;
  readonly declared: DeclaredTopology;
  readonly imported: () => TopologyReading | undefined;
  readonly clock: Clock;
  /** Milliseconds that really passed, from any start. */
  readonly realMs?: () => number;
}

/** A graph does not wait longer for a source beside the service-graph metrics. */
const WAIT_MS = 5000;
/** A source that took long to fail is left alone for so long, real milliseconds: a graph must not wait each time. */
const LEAVE_MS = 15_000;
/** A source that fails sooner than this is asked again with the next graph. */
const SOON_MS = 1500;
/** Traces are sampled this often, and so far back at most. */
const SAMPLE_EVERY_MS = 300_000;
const SAMPLE_MS = 900_000;
/** Jaeger searches one service at a time. */
const JAEGER_SERVICES = 12;
const HISTORY_STRETCH_MS = 300_000;
const STATE_STRETCH_MS = 60_000;

/**
 * The service graph of one datasource, now and in the past, from every source that is configured. Sources that fail leave
 * a gap; what they know of the last hours is asked again, so that nothing here needs to be kept when the backend stops.
 */
export class TopologySource {
  private readonly options: TopologyOptions;
  private readonly history = new KeptWork<EdgeHistory>(HISTORY_STRETCH_MS);
  private readonly kubernetes = new KeptWork<KubernetesTopology>(STATE_STRETCH_MS, ({ gaps }) => gaps.length === 0);
  private readonly dependencies = new KeptWork<readonly EdgeReading[]>(HISTORY_STRETCH_MS);
  private readonly pastSamples = {
    tempo: new KeptWork<SpanTopology>(SAMPLE_EVERY_MS),
    jaeger: new KeptWork<SpanTopology>(SAMPLE_EVERY_MS),
  };
  private readonly sampling = new Map<string, Promise<void>>();
  private readonly memories: { readonly tempo: SpanMemory; readonly jaeger: SpanMemory };
  private readonly closing = new AbortController();
  private readonly failures = new Map<Source, { readonly untilMs: number; readonly reason: string }>();
  private asked = 0;
  private known: ReadonlySet<ServiceName> = new Set();

  constructor(options: TopologyOptions) {
    this.options = options;
    const lookbackMs = options.settings.lookbackMinutes * 60_000;
    this.memories = { tempo: new SpanMemory(lookbackMs), jaeger: new SpanMemory(lookbackMs) };
  }

  /** The graph at an instant, not after now. Never throws for a source that cannot be read. */
  async read(atMs: EpochMs, signal?: AbortSignal): Promise<MergedTopology> {
    const at = Math.min(atMs, this.options.clock.now());
    const { settings, declared, imported } = this.options;
    const [serviceGraph, ...others] = await Promise.all([
      this.readServiceGraph(at, signal),
      this.attempt('kubernetes', settings.kubernetes, signal, (limit) => this.readKubernetes(at, limit)),
      this.attempt('tempo-spans', this.hasSpans('tempo'), signal, (limit) => this.readSpans('tempo', at, limit)),
      this.attempt('jaeger-spans', this.hasSpans('jaeger'), signal, (limit) => this.readSpans('jaeger', at, limit)),
      this.attempt('jaeger-dependencies', this.options.upstreams.jaeger !== undefined, signal, (limit) =>
        this.readDependencies(at, limit)
      ),
    ]);
    signal?.throwIfAborted();
    const kept = imported();
    const readings = [serviceGraph.reading, ...others, ...declared.readings(), ...(kept ? [kept] : [])];
    const rule = { atMs: at, staleAfterSeconds: settings.staleMinutes * 60 };
    const graph = mergeTopology(readings, rule);
    this.known = new Set(graph.nodes.map(({ name }) => name));
    const isSeen = graph.edges.some(({ measured }) => measured !== false);
    return {
      graph,
      gaps: [...serviceGraph.gaps, ...others.flatMap(toGap), ...declared.readings().flatMap(toGap)],
      error: isSeen ? undefined : serviceGraph.error,
    };
  }

  /** Names of the graph that was read last. */
  get names(): ReadonlySet<ServiceName> {
    return this.known;
  }

  /** Stops every read. */
  close(): void {
    this.closing.abort(new DOMException('the settings changed or the backend stops', 'AbortError'));
  }

  private hasSpans(name: 'tempo' | 'jaeger'): boolean {
    return this.options.settings.spans && this.options.upstreams[name] !== undefined;
  }

  private async readServiceGraph(
    at: EpochMs,
    signal: AbortSignal | undefined
  ): Promise<{ readonly reading: TopologyReading; readonly gaps: readonly DataGap[]; readonly error?: Error }> {
    const { signals, upstreams, settings } = this.options;
    const lookbackSeconds = settings.lookbackMinutes * 60;
    const [answer, history] = await Promise.all([
      signals.readEdges(at, signal).catch((error: unknown) => toError(error)),
      within(
        this.history.at(at, (atMs) =>
          fetchEdgeHistory(upstreams.prometheus, { atMs, lookbackSeconds, signal: this.limit() })
        ),
        WAIT_MS
      ).catch((error: unknown) => toError(error)),
    ]);
    signal?.throwIfAborted();
    const past = history instanceof Error ? undefined : history;
    const gaps = history instanceof Error ? [{ source: 'prometheus:edges-history', reason: describe(history) }] : [];
    if (answer instanceof Error) {
      const reason = describe(answer);
      return {
        reading: { source: 'service-graph', state: 'failed', nodes: [], edges: [], reason },
        gaps: [...gaps, { source: 'prometheus:edges', reason }],
        error: answer,
      };
    }
    return {
      reading: { source: 'service-graph', state: 'read', ...withHistory(answer, past, at) },
      gaps: [...answer.gaps, ...gaps],
    };
  }

  private async readKubernetes(at: EpochMs, signal: AbortSignal): Promise<Found> {
    const { upstreams, namespace, settings } = this.options;
    const { nodes, gaps } = await this.kubernetes.at(at, (atMs) =>
      fetchKubernetesTopology(upstreams.prometheus, { atMs, namespace, teamLabel: settings.teamLabel, signal })
    );
    return { nodes, edges: [], ...(gaps[0] ? { reason: gaps[0].reason } : {}) };
  }

  private async readDependencies(at: EpochMs, signal: AbortSignal): Promise<Found> {
    const { jaeger } = this.options.upstreams;
    // No longer than until things are stale, so that every call that was counted is a fresh one.
    const lookbackSeconds = this.options.settings.staleMinutes * 60;
    const edges = await this.dependencies.at(at, async (atMs) =>
      jaeger ? fetchJaegerDependencies(jaeger, { atMs, lookbackSeconds }, { signal }) : []
    );
    return { nodes: [], edges };
  }

  /** What samples showed of late; of the past, one sample of the time before. */
  private async readSpans(name: 'tempo' | 'jaeger', at: EpochMs, signal: AbortSignal): Promise<Found> {
    const nowMs = this.options.clock.now();
    if (nowMs - at > SAMPLE_EVERY_MS) {
      const toMs = Math.floor(at / SAMPLE_EVERY_MS) * SAMPLE_EVERY_MS;
      return this.pastSamples[name].at(toMs, () =>
        this.sample(name, { fromMs: Math.max(0, toMs - SAMPLE_MS), toMs }, signal)
      );
    }
    const memory = this.memories[name];
    const window = memory.next(nowMs, SAMPLE_MS, SAMPLE_EVERY_MS);
    if (window) {
      const work =
        this.sampling.get(name) ??
        this.sample(name, window, signal)
          .then((found) => memory.add(found, nowMs))
          .finally(() => this.sampling.delete(name));
      this.sampling.set(name, work);
      await work;
    }
    return memory.known;
  }

  private async sample(
    name: 'tempo' | 'jaeger',
    window: { readonly fromMs: EpochMs; readonly toMs: EpochMs },
    signal: AbortSignal
  ): Promise<SpanTopology> {
    const { tempo, jaeger } = this.options.upstreams;
    if (name === 'tempo' && tempo) {
      return fetchTempoTopology(tempo, window, { signal });
    }
    if (name === 'jaeger' && jaeger) {
      const skip = this.asked;
      this.asked += JAEGER_SERVICES;
      return fetchJaegerTopology(jaeger, window, { signal, skip, maxServices: JAEGER_SERVICES });
    }
    return { nodes: [], edges: [] };
  }

  private async attempt(
    source: Source,
    isOn: boolean,
    signal: AbortSignal | undefined,
    read: (limit: AbortSignal) => Promise<Found>
  ): Promise<TopologyReading> {
    if (!isOn) {
      return { source, state: 'off', nodes: [], edges: [] };
    }
    const { realMs = () => performance.now() } = this.options;
    const askedMs = realMs();
    const failure = this.failures.get(source);
    if (failure && askedMs < failure.untilMs) {
      return { source, state: 'failed', nodes: [], edges: [], reason: failure.reason };
    }
    try {
      return { source, state: 'read', ...(await within(read(this.limit()), WAIT_MS)) };
    } catch (error) {
      signal?.throwIfAborted();
      const reason = describe(toError(error));
      const failedMs = realMs();
      this.failures.set(source, { untilMs: failedMs - askedMs < SOON_MS ? failedMs : failedMs + LEAVE_MS, reason });
      return { source, state: 'failed', nodes: [], edges: [], reason };
    }
  }

  private limit(): AbortSignal {
    return AbortSignal.any([this.closing.signal, AbortSignal.timeout(4 * WAIT_MS)]);
  }
}

type Found = Pick<TopologyReading, 'nodes' | 'edges' | 'reason'>;

/** The result of work, which goes on when it takes longer, for whoever asks next. */
async function within<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new DOMException('it takes long; its part follows later', 'TimeoutError')),
      limitMs
    );
  });
  work.catch(() => undefined);
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

const GAP_SOURCES: Readonly<Partial<Record<Source, string>>> = {
  kubernetes: 'prometheus:kubernetes',
  'tempo-spans': 'tempo:topology',
  'jaeger-spans': 'jaeger:topology',
  'jaeger-dependencies': 'jaeger:dependencies',
  'topology-file': 'topology-file',
};

function toGap({ source, state, reason }: TopologyReading): readonly DataGap[] {
  return state === 'failed' || reason !== undefined
    ? [{ source: GAP_SOURCES[source] ?? source, reason: reason ?? 'It cannot be read.' }]
    : [];
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function describe(error: Error): string {
  return error instanceof TelemetryError ? `${error.code}: ${error.message}` : error.message;
}
