import { activeGraph, findIncidents, withCoverage } from '#engine';
import type { DatasourceSettings } from '#contracts';
import type {
  DataGap,
  EpochMs,
  ServiceAnomaly,
  ServiceName,
  ServiceNode,
  Signal,
  SignalKind,
  TimeWindow,
  UnknownReason,
} from '#model';
import type { Clock } from '#telemetry';
import { packSignal, type PackedSignal } from '../analysis/packed-signal.ts';
import type { AnalysisPool, Judgement } from '../analysis/tasks.ts';
import { ChangeInbox } from '../changes/change-inbox.ts';
import { ChangeSource } from '../changes/change-source.ts';
import { type CurrentDetection, DetectionKeeper, KEEP_READINGS } from '../detection/detection-keeper.ts';
import type { LstmModels } from '../detection/lstm-models.ts';
import { readReplay } from '../detection/read-replay.ts';
import { BackendError } from '../errors.ts';
import { createForecasts } from '../forecast/create-forecasts.ts';
import { createInProcessRunner, type ForecastRunner } from '../forecast/forecast-runner.ts';
import type { ForecastService } from '../forecast/forecast-service.ts';
import type { Secrets } from '../settings/parse-settings.ts';
import type { SettingsSnapshot } from '../settings/snapshot.ts';
import { FeatureDiscovery } from '../signals/feature-discovery.ts';
import { RolloutSource } from '../signals/rollout-source.ts';
import { SignalSource, type SignalWindow } from '../signals/signal-source.ts';
import { raceAbort, SharedWork } from '../signals/single-flight.ts';
import { TrainedWeights } from '../investigations/trained-weights.ts';
import { DeclaredTopology } from '../topology/declared-topology.ts';
import { ImportShelf } from '../topology/import-shelf.ts';
import { TopologySource } from '../topology/topology-source.ts';
import { createUpstreams, type Upstreams } from '../upstreams/upstreams.ts';
import { KnownTimes } from './known-times.ts';

/** All services at one instant, and what is missing from the picture. */
export interface Assessment {
  readonly judgement: Judgement;
  readonly gaps: readonly DataGap[];
  /** Set when the service graph could not be read: the judgement then has no edges that were seen. */
  readonly graphError: Error | undefined;
}

/** One datasource at one version of its settings: clients, signals and verdicts. */
export interface Datasource {
  readonly uid: string;
  readonly key: string;
  readonly settings: DatasourceSettings;
  readonly secrets: Secrets;
  readonly upstreams: Upstreams;
  readonly signals: SignalSource;
  readonly features: FeatureDiscovery;
  readonly topology: TopologySource;
  /** Graphs that were imported; kept for the life of the process. */
  readonly imports: ImportShelf;
  readonly changes: ChangeSource;
  /** Changes that the webhook took in; kept for the life of the process. */
  readonly inbox: ChangeInbox;
  readonly rollouts: RolloutSource;
  readonly detection: DetectionKeeper;
  readonly forecasts: ForecastService;
  readonly clock: Clock;
  readonly pool: AnalysisPool;
  /** Times that are no example of what is normal. */
  readonly knownTimes: KnownTimes;
  readonly trained: TrainedWeights;
  /**
   * Judges every service at the last step at or before an instant, and not after now; shared between callers.
   * @throws TelemetryError when Prometheus cannot be read
   */
  assess(atMs: EpochMs, signal?: AbortSignal): Promise<Assessment>;
  close(): void;
}

const KEEP_MS = 5000;
/** Callers give up after about half a minute; the history of a first judgement may take longer to read and judge. */
const PATIENCE_MS = 8000;
const LATE: DataGap = {
  source: 'detection',
  reason: 'History is still being read and judged. This is what was known before.',
};

/**
 * Makes the clients of a datasource.
 * @throws BackendError or TelemetryError naming the setting that cannot be used
 */
export function createDatasource(snapshot: SettingsSnapshot, dependencies: DatasourceDependencies): Datasource {
  const { clock, pool, patienceMs = PATIENCE_MS } = dependencies;
  const { settings } = snapshot;
  const sources = createSources(snapshot, dependencies);
  const { upstreams, signals, features, topology, changes, rollouts } = sources;
  const knownTimes = new KnownTimes();
  const detection = createKeeper({ signals, rollouts, clock, pool, settings, knownTimes, lstm: dependencies.lstm });
  const forecasts = createForecasts({
    upstreams,
    changes,
    settings,
    features: (signal) => features.read(signal),
    runner: dependencies.forecastRunner ?? createInProcessRunner(),
    clock,
  });
  const shared = new SharedWork<Assessment>(4, KEEP_MS);
  const stepMs = settings.watch.collectSeconds * 1000;
  const parts = { signals, topology, rollouts, detection, pool, knownTimes, patienceMs };
  return {
    uid: snapshot.uid,
    key: snapshot.key,
    settings,
    secrets: snapshot.secrets,
    ...sources,
    detection,
    forecasts,
    clock,
    pool,
    knownTimes,
    trained: dependencies.trained ?? new TrainedWeights(undefined),
    assess: async (atMs, signal) => {
      const at = Math.floor(Math.min(atMs, clock.now()) / stepMs) * stepMs;
      return raceAbort(
        shared.get(String(at), () => assess(parts, at)),
        signal
      );
    },
    close: () => {
      signals.close();
      topology.close();
      detection.close();
      forecasts.close();
    },
  };
}

/** What a datasource is made with. */
interface DatasourceDependencies {
  readonly clock: Clock;
  readonly pool: AnalysisPool;
  readonly forecastRunner?: ForecastRunner;
  readonly lstm?: LstmModels | undefined;
  /** What outlives changes of the settings; of this datasource alone when missing. */
  readonly imports?: ImportShelf;
  readonly inbox?: ChangeInbox;
  /** Topology file of the operator. */
  readonly topologyPath?: string | undefined;
  /** Weights that the installation trained for itself. */
  readonly trained?: TrainedWeights;
  /** Real milliseconds that a judgement is waited for before what is known is answered; 8 s when missing. */
  readonly patienceMs?: number;
}

/** Everything that a datasource reads from. */
function createSources(snapshot: SettingsSnapshot, dependencies: DatasourceDependencies) {
  const { clock } = dependencies;
  const { namespace, watch, detection } = snapshot.settings;
  const upstreams = createUpstreams(snapshot);
  const stepSeconds = watch.collectSeconds;
  const features = new FeatureDiscovery({ upstreams, namespace, stepSeconds, signals: detection.signals, clock });
  const signals = new SignalSource({
    upstreams,
    namespace,
    historyMinutes: watch.historyMinutes,
    collectSeconds: stepSeconds,
    clock,
    features: (signal) => features.read(signal),
  });
  const graph = createGraphParts(snapshot, { upstreams, signals, ...dependencies });
  const keepMs = KEEP_READINGS * stepSeconds * 1000;
  const rollouts = new RolloutSource({ changes: graph.changes, signals, stepSeconds, keepMs, clock });
  return { upstreams, signals, features, rollouts, ...graph };
}

/** The service graph and the changes of a datasource. */
function createGraphParts(
  { uid, settings }: SettingsSnapshot,
  parts: {
    readonly upstreams: Upstreams;
    readonly signals: SignalSource;
    readonly clock: Clock;
    readonly imports?: ImportShelf;
    readonly inbox?: ChangeInbox;
    readonly topologyPath?: string | undefined;
  }
): Pick<Datasource, 'topology' | 'changes' | 'imports' | 'inbox'> {
  const { upstreams, signals, clock, imports = new ImportShelf(), inbox = new ChangeInbox() } = parts;
  const { namespace } = settings;
  const topology = new TopologySource({
    upstreams,
    signals,
    settings: settings.topology,
    namespace,
    declared: new DeclaredTopology({ text: settings.topology.file, path: parts.topologyPath }),
    imported: () => imports.get(uid),
    clock,
  });
  const services = (): ReadonlySet<ServiceName> => topology.names;
  const changes = new ChangeSource({ upstreams, settings: settings.changes, namespace, inbox, services });
  return { topology, changes, imports, inbox };
}

function createKeeper(options: ConstructorParameters<typeof DetectionKeeper>[0]): DetectionKeeper {
  try {
    return new DetectionKeeper(options);
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new BackendError('CAUSEWAY_SETTINGS_INVALID', 'The setting detection.timeZone is not a time zone.', {
        cause,
        remedy: 'Enter a name of the IANA time-zone database, such as Europe/Berlin, or UTC.',
      });
    }
    throw cause;
  }
}

/** What a judgement works with. */
type JudgeParts = Pick<Datasource, 'signals' | 'topology' | 'rollouts' | 'detection' | 'pool' | 'knownTimes'>;

async function assess(parts: JudgeParts & { readonly patienceMs: number }, atMs: EpochMs): Promise<Assessment> {
  const { topology, detection } = parts;
  const [current, answer] = await Promise.all([within(detection.current(), parts.patienceMs), topology.read(atMs)]);
  const { graph, gaps, error: graphError } = answer;
  const judged = current ? await judgeAt(parts, current, atMs) : judgeKnown(detection, atMs);
  const clients = new Set(graph.nodes.filter(({ kind }) => kind === 'client').map(({ name }) => name));
  const known = new Set(judged.services.map(({ service }) => service));
  const unmeasured = graph.nodes
    .filter((node) => !known.has(node.name) && isObserved(node))
    .map(({ name }) => unknownService(name, atMs));
  const services = [...judged.services, ...unmeasured]
    .filter(({ service }) => !clients.has(service))
    .toSorted((left, right) => (left.service < right.service ? -1 : 1));
  const { collectSeconds, detectSeconds } = detection.config;
  const calmPoints = Math.max(4, Math.ceil(detectSeconds / collectSeconds) + 1);
  const incidents = findIncidents({
    signals: judged.scored,
    graph: activeGraph(graph),
    atMs,
    calmPoints,
    settling: current?.settling ?? [],
  });
  const covered = withCoverage(graph, kindsOf(services));
  return { judgement: { atMs, services, graph: covered, incidents }, gaps: [...judged.gaps, ...gaps], graphError };
}

/** Whether a node is expected to have signals: one that was only declared, or has not been seen of late, is not. */
function isObserved({ sources = [], stale }: ServiceNode): boolean {
  return stale !== true && sources.some(({ source }) => SEEING.has(source));
}

const SEEING: ReadonlySet<string> = new Set(['service-graph', 'tempo-spans', 'jaeger-spans', 'jaeger-dependencies']);

function kindsOf(services: readonly ServiceAnomaly[]): ReadonlyMap<ServiceName, ReadonlySet<SignalKind>> {
  return new Map(services.map(({ service, signals }) => [service, new Set(signals.map(({ kind }) => kind))]));
}

/** The result of work, or undefined when it takes longer; the work goes on. */
async function within<T>(work: Promise<T>, limitMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitMs);
  });
  // Once nobody waits, a failure is the next caller's to see.
  work.catch(() => undefined);
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

/** What is known without waiting; a service that nothing is known about yet is warming up. */
function judgeKnown(detection: DetectionKeeper, atMs: EpochMs) {
  const known = detection.newest?.judge(atMs, true) ?? [];
  const names = new Set(known.map(({ service }) => service));
  const waiting = detection.seenServices
    .filter((service) => !names.has(service))
    .map((service): ServiceAnomaly => unknownService(service, atMs, 'warming-up'));
  return { services: [...known, ...waiting], scored: detection.newest?.scored(atMs) ?? [], gaps: [LATE] };
}

async function judgeAt(parts: JudgeParts, { runtime, gaps }: CurrentDetection, atMs: EpochMs) {
  if (parts.detection.covers(atMs)) {
    return { services: runtime.judge(atMs, true), scored: runtime.scored(atMs), gaps };
  }
  const { output, gaps: replayGaps } = await readReplay(parts, { fromMs: atMs, toMs: atMs });
  return { services: output.services, scored: [], gaps: replayGaps };
}

function unknownService(service: string, atMs: EpochMs, why: UnknownReason = 'no-data'): ServiceAnomaly {
  return { service, atMs, reading: { kind: 'unknown', why }, signals: [] };
}

/** Packs what a window covers, for another thread; points in excluded windows are left out. */
export function packSignals(
  signals: readonly Signal[],
  { window }: Pick<SignalWindow, 'window'>,
  excluded: readonly TimeWindow[] = []
): readonly PackedSignal[] {
  return signals.map((signal) => packSignal(signal, window.fromMs, window.toMs, excluded));
}
