import type { AnomalyLabelRecord, BacktestAnswer, BacktestRequest } from '#contracts';
import { createInProcessPool } from '../analysis/in-process-pool.ts';
import { createDatasource } from '../datasource/datasource.ts';
import { parseSettings } from '../settings/parse-settings.ts';
import { backtestDatasource } from './backtest-datasource.ts';

/** A backtest of a Prometheus without a datasource around it. */
export interface PrometheusBacktest {
  readonly url: string;
  readonly namespace?: string | undefined;
  /** Step of the series. Services are judged every five minutes, or every step where that is longer. */
  readonly stepSeconds: number;
  /** History before the range that detectors start from. */
  readonly historyMinutes: number;
  readonly request: BacktestRequest;
  readonly labels: readonly AnomalyLabelRecord[];
  /** The time that is taken as now; services are those that were seen then. */
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

const DETECT_SECONDS = 300;
const TIMEOUT_SECONDS = 120;
/** A person waits and can stop it. */
const LIMIT_MS = 6 * 3_600_000;

/**
 * Replays a range as the backend does, on the thread of the caller.
 * @throws BackendError naming the field that cannot be used; TelemetryError when Prometheus cannot be read
 */
export async function backtestPrometheus({
  url,
  namespace,
  stepSeconds,
  historyMinutes,
  request,
  labels,
  nowMs,
  signal,
}: PrometheusBacktest): Promise<BacktestAnswer> {
  const settings = parseSettings(
    JSON.stringify({
      prometheus: { url, timeoutSeconds: TIMEOUT_SECONDS },
      ...(namespace === undefined ? {} : { namespace }),
      watch: {
        enabled: false,
        collectSeconds: stepSeconds,
        detectSeconds: stepSeconds * Math.max(1, Math.round(DETECT_SECONDS / stepSeconds)),
        historyMinutes,
      },
    })
  );
  const clock = { now: () => nowMs, sleepUntil: () => Promise.reject(new Error('a backtest does not wait')) };
  const datasource = createDatasource(
    { uid: 'backtest', key: 'backtest', settings, secrets: {} },
    { clock, pool: createInProcessPool() }
  );
  try {
    return await backtestDatasource(datasource, request, { signal, limitMs: LIMIT_MS, labels });
  } finally {
    datasource.close();
  }
}
