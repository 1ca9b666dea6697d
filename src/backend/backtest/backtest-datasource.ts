import type { AnomalyLabelRecord, BacktestAnswer, BacktestRequest } from '#contracts';
import type { Datasource } from '../datasource/datasource.ts';
import { BackendError } from '../errors.ts';
import { runBacktest } from './run-backtest.ts';

/** Points of all series that one backtest judges: about half a minute of one core. */
const MAX_POINTS = 2_000_000;
/** Shorter than the page waits. */
const LIMIT_MS = 240_000;

/** What a backtest of a datasource reads. */
export type BacktestSource = Pick<
  Datasource,
  'signals' | 'rollouts' | 'pool' | 'detection' | 'settings' | 'clock' | 'upstreams'
>;

/** How a backtest of a datasource runs. */
export interface BacktestOptions {
  readonly signal: AbortSignal;
  readonly limitMs?: number;
  /** Labels beside those of the ledger. */
  readonly labels?: readonly AnomalyLabelRecord[];
}

/**
 * Replays a range of a datasource, with the incidents of its ledger and the labels of persons.
 *
 * @throws BackendError `CAUSEWAY_DEADLINE` when it takes too long, and for a request that cannot be used; TelemetryError
 * when Prometheus cannot be read
 */
export async function backtestDatasource(
  { signals, rollouts, pool, detection, settings, clock, upstreams: { executor } }: BacktestSource,
  request: BacktestRequest,
  { signal, limitMs = LIMIT_MS, labels: own = [] }: BacktestOptions
): Promise<BacktestAnswer> {
  const limit = AbortSignal.timeout(limitMs);
  const either = AbortSignal.any([signal, limit]);
  const historyMs = settings.watch.historyMinutes * 60_000;
  const known = { fromMs: Math.max(0, request.fromMs - historyMs), toMs: request.toMs };
  try {
    const [open, resolved, labels] = executor
      ? await Promise.all([
          executor.listOpenIncidents(either),
          executor.listResolvedIncidents(either),
          executor.listLabels(known, either),
        ])
      : [[], [], []];
    return await runBacktest(request, {
      read: (window, stepSeconds, aborted) => signals.readStretch(window, stepSeconds, aborted),
      settling: async (range, stepSeconds) => (await rollouts.during(range, stepSeconds, either)).windows,
      pool,
      config: detection.config,
      historyMs,
      fitHour: settings.watch.fitHour,
      nowMs: clock.now(),
      incidents: [...open, ...resolved],
      labels: [...labels, ...own],
      maxPoints: MAX_POINTS,
      signal: either,
    });
  } catch (cause) {
    if (limit.aborted && !signal.aborted) {
      throw new BackendError('CAUSEWAY_DEADLINE', `The backtest took longer than ${limitMs / 1000} s.`, {
        cause,
        remedy: 'Choose one service or a shorter range, or look at the load of Prometheus.',
      });
    }
    throw cause;
  }
}
