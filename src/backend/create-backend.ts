import { followClock, systemClock, type Clock, type FollowedClock } from '#telemetry';
import type { AnalysisPool } from './analysis/tasks.ts';
import { ChangeInboxes } from './changes/change-inbox.ts';
import { createDatasource, type Datasource } from './datasource/datasource.ts';
import { DatasourceRegistry } from './datasource/registry.ts';
import { checkHealth } from './diagnostics/check-health.ts';
import { collectMetrics } from './diagnostics/collect-metrics.ts';
import { createMetrics } from './diagnostics/metrics.ts';
import { createProcessMetrics } from './diagnostics/process-metrics.ts';
import type { ForecastRunner } from './forecast/forecast-runner.ts';
import { type LstmModels, readLstmModels } from './detection/lstm-models.ts';
import { describeThrown, type Log } from './grpc/hclog.ts';
import type { PluginContext } from './grpc/messages.ts';
import type { PluginHandlers } from './grpc/plugin-handlers.ts';
import { answerQueries } from './queries/query-data.ts';
import { callResource } from './resources/router.ts';
import { readSettingsFile } from './settings/settings-file.ts';
import { ImportShelf } from './topology/import-shelf.ts';
import { toModelUse } from './investigator/model-use.ts';
import { createRunInvestigator } from './investigator/run-investigator.ts';
import { RunKeepers } from './investigations/runs/run-keepers.ts';
import { TrainedWeights } from './investigations/trained-weights.ts';
import { WatchKeeper } from './watch/watch-keeper.ts';

/** What the backend needs from its process. */
export interface BackendOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  readonly pool: AnalysisPool;
  /** Runs forecasts; on the thread of the caller when missing. */
  readonly forecastRunner?: ForecastRunner;
}

/** How long the watch waits for a followed clock before it goes by the time of this machine. */
const CLOCK_WAIT_MS = 5_000;
const CLOCK_REPORT_MS = 5_000;

/** The backend behind the protocol: datasources, their watches, and the answers to every call. */
export function createBackend({ env, log, pool, forecastRunner }: BackendOptions): PluginHandlers {
  const { clock, ready, close: closeClock } = chooseClock(env, log);
  const metrics = createMetrics();
  const runs = new RunKeepers(log, (uid) => keeper.leads(uid), {
    investigator: createRunInvestigator((datasource, task, outcome) =>
      metrics.models.countUse(toModelUse(datasource, task, outcome))
    ),
    onEnd: (run) => metrics.models.countRun(run),
  });
  const keeper = new WatchKeeper(log, ready, (datasource, ...run) => runs.explainIncident(datasource, ...run));
  const lstm = readModels(env['CAUSEWAY_MODELS_DIR'], log);
  const inboxes = new ChangeInboxes();
  const imports = new ImportShelf();
  const topologyPath = env['CAUSEWAY_TOPOLOGY_FILE'] || undefined;
  const trained = new TrainedWeights(env['CAUSEWAY_RANKING_WEIGHTS'] || undefined);
  const shared = { clock, pool, lstm, imports, topologyPath, trained, ...(forecastRunner ? { forecastRunner } : {}) };
  const registry = new DatasourceRegistry(
    (snapshot) => createDatasource(snapshot, { ...shared, inbox: inboxes.of(snapshot.uid) }),
    (current, previous) => {
      keeper.change(current, previous);
      runs.change(current, previous);
    }
  );
  const fileUid = startFromFile(env['CAUSEWAY_SETTINGS_FILE'], registry, log);
  const resolve = (context: PluginContext | null): Datasource => {
    const datasource = registry.resolve(context);
    if (fileUid !== undefined && fileUid !== datasource.uid) {
      registry.drop(fileUid);
    }
    return datasource;
  };
  const watchOf = (datasource: Datasource) => keeper.stateOf(datasource);
  const processMetrics = createProcessMetrics();
  return {
    checkHealth: (request, signal) => checkHealth(() => resolve(request.pluginContext), watchOf, signal),
    collectMetrics: async () => collectMetrics(keeper.list(), metrics, processMetrics),
    queryData: (request, signal) => answerQueries(request, signal, { resolve, metrics, log }),
    callResource: (request, signal, send) =>
      callResource(request, signal, send, { resolve, watchOf, runs, metrics, log }),
    close: async () => {
      registry.close();
      runs.close();
      closeClock();
      await Promise.all([pool.close(), forecastRunner?.close()]);
    },
  };
}

function chooseClock(
  env: BackendOptions['env'],
  log: Log
): { readonly clock: Clock; readonly ready: Promise<void>; readonly close: () => void } {
  const url = env['CAUSEWAY_CLOCK_URL'] || env['GF_PLUGIN_CLOCK_URL'];
  if (!url) {
    return { clock: systemClock(), ready: Promise.resolve(), close: () => undefined };
  }
  const clock = followClock(url);
  log('info', 'following a simulated clock', { url });
  const limit = new Promise<void>((resolve) => {
    setTimeout(resolve, CLOCK_WAIT_MS).unref();
  });
  const timer = setInterval(reportClock(clock, log), CLOCK_REPORT_MS);
  timer.unref();
  const close = (): void => {
    clearInterval(timer);
    clock.close();
  };
  return { clock, ready: Promise.race([clock.ready, limit]), close };
}

/** Says once that the clock is lost, and once that it is back. */
function reportClock(clock: Pick<FollowedClock, 'lastError'>, log: Log): () => void {
  let lost = false;
  return () => {
    const error = clock.lastError;
    if ((error !== undefined) !== lost) {
      lost = error !== undefined;
      log(lost ? 'warn' : 'info', lost ? 'the simulated clock cannot be read' : 'the simulated clock is back', {
        code: error?.code ?? '',
        error: error?.message ?? '',
      });
    }
  };
}

/** Without them everything works; the log says why they are missing. */
function readModels(directory: string | undefined, log: Log): LstmModels | undefined {
  if (!directory) {
    return undefined;
  }
  try {
    const models = readLstmModels(directory);
    log('info', 'sequence models read', { services: Object.keys(models).length });
    return models;
  } catch (error) {
    log('error', 'CAUSEWAY_MODELS_DIR is not used', { error: describeThrown(error) });
    return undefined;
  }
}

/** The watch of the settings file ends when the first call brings settings of its own. */
function startFromFile(path: string | undefined, registry: DatasourceRegistry, log: Log): string | undefined {
  if (!path) {
    return undefined;
  }
  try {
    return registry.add(readSettingsFile(path)).uid;
  } catch (error) {
    log('error', 'CAUSEWAY_SETTINGS_FILE is not used', { error: describeThrown(error) });
    return undefined;
  }
}
