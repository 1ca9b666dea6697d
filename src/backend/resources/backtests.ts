import { backtestRequestSchema, type BacktestAnswer, type BacktestRequest } from '#contracts';
import { runBacktest } from '../backtest/run-backtest.ts';
import { BackendError } from '../errors.ts';
import type { ResourceCall } from './router.ts';

const MAX_CONCURRENT = 1;
/** Points of all series that one backtest judges: half a minute of one core. */
const MAX_POINTS = 1_000_000;

let running = 0;

/** `POST backtests`: the alerts that a range would have raised, against what is known. Stops when the caller goes away. */
export async function answerBacktest({ datasource, body, signal }: ResourceCall): Promise<BacktestAnswer> {
  const request = parseRequest(body);
  if (running >= MAX_CONCURRENT) {
    throw new BackendError('CAUSEWAY_TOO_MANY_BACKTESTS', 'A backtest is running.');
  }
  running += 1;
  try {
    const { signals, pool, detection, settings, clock, knownTimes, upstreams } = datasource;
    const { executor } = upstreams;
    const nowMs = clock.now();
    const [open, resolved, labels] = executor
      ? await Promise.all([
          executor.listOpenIncidents(signal),
          executor.listResolvedIncidents(signal),
          executor.listLabels({ fromMs: request.fromMs, toMs: request.toMs }, signal),
        ])
      : [[], [], []];
    return await runBacktest(request, {
      read: (window, stepSeconds, aborted) => signals.readStretch(window, stepSeconds, aborted),
      pool,
      config: detection.config,
      historyMs: settings.watch.historyMinutes * 60_000,
      nowMs,
      exclusions: knownTimes.exclusions(nowMs),
      incidents: [...open, ...resolved],
      labels,
      maxPoints: MAX_POINTS,
      signal,
    });
  } finally {
    running -= 1;
  }
}

function parseRequest(body: Buffer): BacktestRequest {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new BackendError('CAUSEWAY_REQUEST_INVALID', 'The body is not JSON.', { cause });
  }
  const result = backtestRequestSchema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    const field = issue?.path.join('.') || 'body';
    throw new BackendError(
      'CAUSEWAY_REQUEST_INVALID',
      `The field ${field} is not usable: ${issue?.message ?? 'invalid'}.`
    );
  }
  return result.data;
}
