import type { CollectMetricsResponse } from '../grpc/messages.ts';
import type { Datasource } from '../datasource/datasource.ts';
import type { WatchState } from '../watch/watch-state.ts';
import { detectionFamilies } from './detection-families.ts';
import { toExposition } from './exposition.ts';
import type { MetricFamily, Metrics } from './metrics.ts';

/** A datasource with the state of its watch. */
export interface Watched {
  readonly datasource: Pick<Datasource, 'uid' | 'settings' | 'clock' | 'detection' | 'knownTimes'>;
  readonly state: WatchState;
}

/** A score counts as current for this many intervals of the watch. */
const CURRENT_INTERVALS = 3;

/** Answers `CollectMetrics`. Called without organisation or datasource, so every watch is labelled by its datasource. */
export function collectMetrics(
  watches: readonly Watched[],
  metrics: Metrics,
  processMetrics: () => readonly MetricFamily[]
): CollectMetricsResponse {
  const families = [
    scores(watches),
    ...detectionFamilies(watches, isCurrent),
    ...watchFamilies(watches),
    ...metrics.render(),
    ...processMetrics(),
  ];
  return { metrics: { prometheus: Buffer.from(toExposition(families), 'utf8') } };
}

/** Absent where unknown or no longer current: a score of an old tick would look like one of now. */
function scores(watches: readonly Watched[]): MetricFamily {
  return {
    name: 'anomaly_score',
    help: 'Anomaly score of a service, 0 to 1; warning from 0.7, alert from 0.8, critical from 0.9. Absent when unknown.',
    type: 'gauge',
    samples: watches
      .filter(isCurrent)
      .flatMap(({ datasource, state }) =>
        state.services.flatMap(({ service, reading }) =>
          reading.kind === 'scored' ? [{ labels: { service, datasource: datasource.uid }, value: reading.score }] : []
        )
      ),
  };
}

function isCurrent({ datasource, state }: Watched): boolean {
  const { clock, settings } = datasource;
  const limitMs = CURRENT_INTERVALS * settings.watch.detectSeconds * 1000;
  return state.lastTickMs !== null && clock.now() - state.lastTickMs <= limitMs;
}

function watchFamilies(watches: readonly Watched[]): readonly MetricFamily[] {
  const family = (
    name: string,
    type: MetricFamily['type'],
    help: string,
    read: (state: WatchState) => number | null
  ): MetricFamily => ({
    name: `causeway_watch_${name}`,
    help,
    type,
    samples: watches.flatMap(({ datasource, state }) => {
      const value = read(state);
      return value === null ? [] : [{ labels: { datasource: datasource.uid }, value }];
    }),
  });
  return [
    family('enabled', 'gauge', 'Whether the watch runs.', (state) => Number(state.enabled)),
    family('ticks_total', 'counter', 'Ticks of the watch.', (state) => state.ticks),
    family('skipped_ticks_total', 'counter', 'Ticks left out because one took too long.', (state) => state.skipped),
    family('failed_ticks_total', 'counter', 'Ticks with a problem.', (state) => state.failures),
    family('incidents_opened_total', 'counter', 'Incidents opened in the ledger.', (state) => state.incidentsOpened),
    family('plans_proposed_total', 'counter', 'Plans proposed to the executor.', (state) => state.plansProposed),
    family('collects_total', 'counter', 'Reads of new points.', (state) => state.collects),
    family('heartbeat_timestamp_seconds', 'gauge', 'Time of the last read of new points.', (state) =>
      state.lastCollectMs === null ? null : state.lastCollectMs / 1000
    ),
    family('leader', 'gauge', 'Whether this backend holds the lease. Absent while not known.', (state) =>
      state.leader === null ? null : Number(state.leader)
    ),
    family('lease_token', 'gauge', 'Rises with every change of the leader.', (state) => state.leaderToken),
    family('problems', 'gauge', 'Problems of the last tick.', (state) => state.problems.length),
    family('last_tick_timestamp_seconds', 'gauge', 'Time of the last tick.', (state) =>
      state.lastTickMs === null ? null : state.lastTickMs / 1000
    ),
    family('last_tick_duration_seconds', 'gauge', 'Duration of the last tick.', (state) =>
      state.lastTickDurationMs === null ? null : state.lastTickDurationMs / 1000
    ),
  ];
}
