import { backtestRequestSchema, type BacktestAnswer } from '#contracts';
import { backtestDatasource, type BacktestSource } from '../backtest/backtest-datasource.ts';
import { BackendError } from '../errors.ts';
import { readBody } from './parameters.ts';
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
  const request = readBody(backtestRequestSchema, body);
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
