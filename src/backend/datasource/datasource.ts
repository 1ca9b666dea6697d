import type { DatasourceSettings } from '#contracts';
import type { DataGap, EpochMs, Signal, TimeWindow } from '#model';
import type { Clock } from '#telemetry';
import { packSignal, type PackedSignal } from '../analysis/packed-signal.ts';
import type { AnalysisPool, Judgement } from '../analysis/tasks.ts';
import type { Secrets } from '../settings/parse-settings.ts';
import type { SettingsSnapshot } from '../settings/snapshot.ts';
import { BASE_STEP_SECONDS, SignalSource, type SignalWindow } from '../signals/signal-source.ts';
import { raceAbort, SharedWork } from '../signals/single-flight.ts';
import { createUpstreams, type Upstreams } from '../upstreams/upstreams.ts';
import { PastIncidents } from './past-incidents.ts';

/** All services at one instant, and what is missing from the picture. */
export interface Assessment {
  readonly judgement: Judgement;
  readonly gaps: readonly DataGap[];
  /** Set when the service graph could not be read: the judgement then has no edges. */
  readonly graphError: Error | undefined;
  readonly window: SignalWindow;
}

/** One datasource at one version of its settings: clients, signals and verdicts. */
export interface Datasource {
  readonly uid: string;
  readonly key: string;
  readonly settings: DatasourceSettings;
  readonly secrets: Secrets;
  readonly upstreams: Upstreams;
  readonly signals: SignalSource;
  readonly clock: Clock;
  readonly pool: AnalysisPool;
  /** Troubles of the past, which are no example of what is normal. */
  readonly pastIncidents: PastIncidents;
  /**
   * Judges every service at the last step at or before an instant, and not after now; shared between callers.
   * @throws TelemetryError when Prometheus cannot be read
   */
  assess(atMs: EpochMs, signal?: AbortSignal): Promise<Assessment>;
  close(): void;
}

const KEEP_MS = 5000;
const STEP_MS = BASE_STEP_SECONDS * 1000;
const NO_GRAPH = { nodes: [], edges: [], gaps: [] };

/**
 * Makes the clients of a datasource.
 * @throws BackendError or TelemetryError naming the setting that cannot be used
 */
export function createDatasource(
  snapshot: SettingsSnapshot,
  dependencies: { readonly clock: Clock; readonly pool: AnalysisPool }
): Datasource {
  const { clock, pool } = dependencies;
  const { settings } = snapshot;
  const upstreams = createUpstreams(snapshot);
  const signals = new SignalSource({
    upstreams,
    namespace: settings.namespace,
    historyMinutes: settings.watch.historyMinutes,
    clock,
  });
  const pastIncidents = new PastIncidents();
  const shared = new SharedWork<Assessment>(4, KEEP_MS);
  const assess = async (atMs: EpochMs): Promise<Assessment> => {
    const [window, answer] = await Promise.all([
      signals.read(atMs, atMs),
      signals.readEdges(atMs).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error)))),
    ]);
    const graphError = answer instanceof Error ? answer : undefined;
    const { nodes, edges, gaps } = answer instanceof Error ? NO_GRAPH : answer;
    const judgement = await pool.run('judge', {
      signals: packSignals(window.signals, window, {
        sinceMs: atMs - settings.watch.historyMinutes * 60_000,
        excluded: pastIncidents.before(atMs),
      }),
      nodes,
      edges,
      atMs,
      stepSeconds: window.stepSeconds,
    });
    return { judgement, gaps: [...window.gaps, ...gaps], graphError, window };
  };
  return {
    uid: snapshot.uid,
    key: snapshot.key,
    settings,
    secrets: snapshot.secrets,
    upstreams,
    signals,
    clock,
    pool,
    pastIncidents,
    assess: async (atMs, signal) => {
      const stepMs = Math.floor(Math.min(atMs, clock.now()) / STEP_MS) * STEP_MS;
      return raceAbort(
        shared.get(String(stepMs), () => assess(stepMs)),
        signal
      );
    },
    close: () => signals.close(),
  };
}

/** Packs what a window covers, for another thread; points before `sinceMs` and in excluded windows are left out. */
export function packSignals(
  signals: readonly Signal[],
  { window }: SignalWindow,
  options: { readonly sinceMs?: EpochMs; readonly excluded?: readonly TimeWindow[] } = {}
): readonly PackedSignal[] {
  const fromMs = Math.max(window.fromMs, options.sinceMs ?? window.fromMs);
  return signals.map((signal) => packSignal(signal, fromMs, window.toMs, options.excluded));
}
