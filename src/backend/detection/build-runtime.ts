import type { SettlingWindow } from '#engine';
import type { EpochMs } from '#model';
import type { PackedSignal } from '../analysis/packed-signal.ts';
import type { AnalysisPool } from '../analysis/tasks.ts';
import type { SavedRuntime } from './detection-runtime.ts';
import type { FitPlan } from './fit-plan.ts';
import { groupByService, toTaskGroups } from './group-services.ts';
import type { RuntimeConfig } from './runtime-config.ts';
import type { Exclusion } from './signal-points.ts';
import type { TierBook } from './tier-book.ts';

/** Why a person had models and series learned anew; all services when none is named. */
export interface Rebaseline {
  readonly reason: string;
  readonly service?: string | undefined;
}

/** What is to be built. */
export interface BuildRequest {
  readonly plan: FitPlan;
  readonly toMs: EpochMs;
  readonly exclusions: readonly Exclusion[];
  /** Times in which rollouts may disturb services. */
  readonly settling?: readonly SettlingWindow[];
  readonly config: RuntimeConfig;
  readonly tiers: TierBook;
  /** State to go on from; from nothing when missing. */
  readonly saved?: SavedRuntime;
  /** Services whose newest fit is made because they drifted. */
  readonly drifted?: readonly string[];
  /** Why the newest fit is made, where a person asked for it. */
  readonly rebaseline?: Rebaseline;
}

/** Where a build takes its points from, and where it computes. */
export interface BuildDependencies {
  /** Points with `fromMs <= t < toMs`. */
  readonly read: (fromMs: EpochMs, toMs: EpochMs) => Promise<readonly PackedSignal[]>;
  readonly pool: AnalysisPool;
  readonly signal: AbortSignal;
}

/** Points of all series that are held at once. */
const MAX_POINTS_HELD = 2_000_000;
const MAX_STRETCH_STEPS = 2000;

/**
 * Builds a runtime from history: stretch by stretch, so that no more than one stretch of points is in memory, and group
 * by group of services, so that no task takes long.
 */
export async function buildRuntime(request: BuildRequest, dependencies: BuildDependencies): Promise<SavedRuntime> {
  const { plan, toMs, config } = request;
  const stepMs = config.collectSeconds * 1000;
  const states = new Map<string, SavedRuntime>();
  for (const service of request.saved?.services ?? []) {
    states.set(service.service, { config, judgedMs: service.judgedMs, fullSeries: 0, services: [service] });
  }
  let steps = Math.max(1, Math.min(MAX_STRETCH_STEPS, Math.ceil((toMs - plan.fromMs) / stepMs)));
  for (let fromMs = plan.fromMs; fromMs <= toMs;) {
    dependencies.signal.throwIfAborted();
    const endMs = Math.min(toMs + 1, fromMs + steps * stepMs);
    const signals = request.tiers.assign(await dependencies.read(fromMs, endMs));
    await buildStretch({ ...request, signals, fromMs, endMs }, states, dependencies);
    fromMs = endMs;
    steps = Math.max(60, Math.min(MAX_STRETCH_STEPS, Math.floor(MAX_POINTS_HELD / Math.max(1, signals.length))));
  }
  const services = [...states.values()].flatMap((state) => state.services);
  return { config, judgedMs: toMs, fullSeries: 0, services };
}

async function buildStretch(
  request: BuildRequest & {
    readonly signals: readonly PackedSignal[];
    readonly fromMs: EpochMs;
    readonly endMs: EpochMs;
  },
  states: Map<string, SavedRuntime>,
  { pool, signal }: BuildDependencies
): Promise<void> {
  const { plan, signals, fromMs, endMs, config, exclusions, settling } = request;
  const isLast = endMs > request.toMs;
  const newest = plan.fits.at(-1);
  const fits = plan.fits
    .filter((atMs) => atMs >= fromMs && atMs < endMs)
    .map((atMs) => ({
      atMs,
      reason: atMs === newest ? 'schedule' : 'trial',
      ...(atMs === newest && request.rebaseline ? { rebaseline: request.rebaseline } : {}),
      drifted: atMs === newest ? (request.drifted ?? []) : [],
    }));
  const byService = groupByService(signals);
  for (const name of states.keys()) {
    if (!byService.has(name)) {
      byService.set(name, []);
    }
  }
  const tasks = toTaskGroups(byService).map(async (names) => {
    const saved = names.flatMap((name) => states.get(name)?.services ?? []);
    const output = await pool.run(
      'rebuild',
      {
        config,
        saved: { config, judgedMs: saved.length > 0 ? fromMs - 1 : undefined, fullSeries: 0, services: saved },
        signals: names.flatMap((name) => byService.get(name) ?? []),
        toMs: isLast ? request.toMs : endMs - 1,
        fits,
        exclusions,
        ...(settling ? { settling } : {}),
      },
      signal
    );
    for (const service of output.services) {
      states.set(service.service, { ...output, services: [service] });
    }
  });
  await Promise.all(tasks);
}
