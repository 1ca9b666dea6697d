import { backtestRequestSchema, type BacktestAnswer, type BacktestRequest } from '#contracts';
import { backtestDatasource, type BacktestSource } from '../backtest/backtest-datasource.ts';
import { BackendError } from '../errors.ts';
import type { ResourceCall } from './router.ts';

/** Datasources whose backtest runs now. */
const running = new Set<string>();

/** What the resource needs of a call. */
export type BacktestCall = Pick<ResourceCall, 'body' | 'signal'> & {
  readonly datasource: BacktestSource & Pick<ResourceCall['datasource'], 'uid'>;
};

/**
 * `POST backtests`: the alerts that a range would have raised, against what is known. One at a time for each datasource;
 * stops when the caller goes away.
 */
export async function answerBacktest({ datasource, body, signal }: BacktestCall): Promise<BacktestAnswer> {
  const request = parseRequest(body);
  if (running.has(datasource.uid)) {
    throw new BackendError('CAUSEWAY_TOO_MANY_BACKTESTS', 'A backtest of this data source is running.');
  }
  running.add(datasource.uid);
  try {
    return await backtestDatasource(datasource, request, { signal });
  } finally {
    running.delete(datasource.uid);
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
