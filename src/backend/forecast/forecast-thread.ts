import { isMainThread, type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { describeThrown } from '../grpc/hclog.ts';
import { type ForecastJobInputs, type ForecastJobName, ForecastJobs } from './forecast-jobs.ts';

/** `workerData` that marks the forecast thread: it runs the same file as the process. */
export const FORECAST_WORKER = 'causeway-forecast-worker';

/** One job for the thread. */
export interface ForecastMessage {
  readonly id: number;
  readonly name: ForecastJobName;
  readonly input: ForecastJobInputs[ForecastJobName];
}

/** Answer of the thread; `missing` comes besides, when the seasonal model cannot be loaded. */
export type ForecastReply =
  | { readonly id: number; readonly output: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly missing: string };

/** Whether this thread is the forecast thread. */
export function isForecastWorker(): boolean {
  return !isMainThread && workerData === FORECAST_WORKER;
}

/** Serves jobs until the thread ends. */
export function serveForecastWorker(port: MessagePort | null = parentPort): void {
  const jobs = new ForecastJobs((error) => port?.postMessage({ missing: describeThrown(error) }));
  port?.on('message', ({ id, name, input }: ForecastMessage) => {
    jobs.run(name, input).then(
      (output) => port.postMessage({ id, output }),
      (error: unknown) => port.postMessage({ id, error: describeThrown(error) })
    );
  });
}
