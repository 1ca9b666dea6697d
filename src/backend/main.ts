import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { isAnalysisWorker, serveAnalysisWorker } from './analysis/worker-thread.ts';
import { createWorkerPool } from './analysis/worker-pool.ts';
import { createBackend } from './create-backend.ts';
import { ForecastThread } from './forecast/forecast-runner.ts';
import { isForecastWorker, serveForecastWorker } from './forecast/forecast-thread.ts';
import { redirectConsole } from './grpc/console-redirect.ts';
import { createLog, describeThrown, type Log } from './grpc/hclog.ts';
import { readHostEnvironment } from './grpc/host-environment.ts';
import { servePlugin } from './grpc/serve-plugin.ts';

const MAX_THREADS = 2;
/** One core is left to the event loop. */
const RESERVED_CORES = 1;

function start(log: Log): void {
  const environment = readHostEnvironment(process.env);
  if (environment.kind === 'refused') {
    process.stderr.write(`${environment.reason}\n`);
    process.exitCode = 1;
    return;
  }
  const size = Math.max(1, Math.min(MAX_THREADS, availableParallelism() - RESERVED_CORES));
  const pool = createWorkerPool({ file: __filename, log, size });
  const handlers = createBackend({
    env: process.env,
    log,
    pool,
    forecastRunner: new ForecastThread({ file: __filename, log }),
  });
  servePlugin({ environment, handlers, log }).catch((error: unknown) => {
    log('error', 'the backend cannot start', { error: describeThrown(error) });
    process.exit(1);
  });
}

// Query results die young. A young generation that does not grow keeps a third less memory resident; the host gives no
// way to pass this as an argument.
setFlagsFromString('--semi-space-growth-factor=1');
const log = createLog();
redirectConsole(log);
if (isAnalysisWorker()) {
  serveAnalysisWorker();
} else if (isForecastWorker()) {
  serveForecastWorker();
} else {
  start(log);
}
