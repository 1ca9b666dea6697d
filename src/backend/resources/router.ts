import { RESOURCE_PATHS, type WatchAnswer } from '#contracts';
import type { Datasource } from '../datasource/datasource.ts';
import type { Metrics } from '../diagnostics/metrics.ts';
import { BackendError, toFailure } from '../errors.ts';
import { describeThrown, type Log } from '../grpc/hclog.ts';
import type { CallResourceRequest, CallResourceResponse, PluginContext } from '../grpc/messages.ts';
import type { RunKeeper } from '../investigations/runs/run-keeper.ts';
import type { RunKeepers } from '../investigations/runs/run-keepers.ts';
import type { WatchState } from '../watch/watch-state.ts';
import { streamAnalysis } from './analyses.ts';
import { answerAnomalies } from './anomalies.ts';
import { answerBacktest } from './backtests.ts';
import { answerChanges, takeChanges } from './changes.ts';
import { answerDetectors } from './detectors.ts';
import { answerFeatures } from './features.ts';
import { declareIncident } from './incidents.ts';
import { answerAsk, answerBudget, answerPreview, streamInvestigation } from './investigator.ts';
import { answerOverview } from './overview.ts';
import { answerRebaseline } from './rebaseline.ts';
import { toErrorResponse, toJson } from './respond.ts';
import { answerRun, answerRunEvents, answerRuns, cancelRun, startRun, streamRun } from './runs.ts';
import { exportTopology, importTopology } from './topology-exchange.ts';
import { answerBlastRadius, answerTopologyDiff, answerTopologyResource } from './topology-resource.ts';

/** What resources need. */
export interface ResourceDependencies {
  readonly resolve: (context: PluginContext | null) => Datasource;
  readonly watchOf: (datasource: Datasource) => WatchState | undefined;
  readonly runs: Pick<RunKeepers, 'of'>;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** One call of a resource. */
export interface ResourceCall {
  readonly datasource: Datasource;
  readonly parameters: URLSearchParams;
  readonly body: Buffer;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly watch: WatchState | undefined;
  /** Role of the caller in Grafana; empty when a call has no user. */
  readonly role: string;
  /** Login of the caller in Grafana, for display; empty when a call has no user. */
  readonly login: string;
  readonly runs: RunKeeper;
  readonly metrics: Metrics;
  /** The id in the path; empty where the path has none. */
  readonly id: string;
}

type Send = (part: CallResourceResponse) => Promise<void>;

type Method = 'GET' | 'POST';

interface Route {
  readonly handle: (call: ResourceCall, send: Send) => Promise<void>;
  /** 64 KiB when missing. */
  readonly maxBodyBytes?: number;
}

const MAX_BODY_BYTES = 65_536;
/** Two texts of 4 MiB each, as JSON escapes them. */
const MAX_IMPORT_BYTES = 12 * 1024 * 1024;
const MAX_URL_LENGTH = 4_096;

const answering =
  (status: number, answer: (call: ResourceCall) => unknown): Route['handle'] =>
  async (call, send) =>
    send(toJson(status, await answer(call)));

const ROUTES: ReadonlyMap<string, Readonly<Partial<Record<Method, Route>>>> = new Map<
  string,
  Partial<Record<Method, Route>>
>([
  [RESOURCE_PATHS.overview, { GET: { handle: answering(200, answerOverview) } }],
  [RESOURCE_PATHS.topology, { GET: { handle: answering(200, answerTopologyResource) } }],
  [RESOURCE_PATHS.topologyDiff, { GET: { handle: answering(200, answerTopologyDiff) } }],
  [RESOURCE_PATHS.topologyBlastRadius, { GET: { handle: answering(200, answerBlastRadius) } }],
  [RESOURCE_PATHS.topologyExport, { GET: { handle: exportTopology } }],
  [RESOURCE_PATHS.topologyImport, { POST: { handle: importTopology, maxBodyBytes: MAX_IMPORT_BYTES } }],
  [
    RESOURCE_PATHS.changes,
    { GET: { handle: answering(200, answerChanges) }, POST: { handle: answering(202, takeChanges) } },
  ],
  [RESOURCE_PATHS.analyses, { POST: { handle: streamAnalysis } }],
  [RESOURCE_PATHS.anomalies, { GET: { handle: answering(200, answerAnomalies) } }],
  [RESOURCE_PATHS.features, { GET: { handle: answering(200, answerFeatures) } }],
  [RESOURCE_PATHS.detectors, { GET: { handle: answering(200, answerDetectors) } }],
  [RESOURCE_PATHS.rebaseline, { POST: { handle: answering(202, answerRebaseline) } }],
  [RESOURCE_PATHS.backtests, { POST: { handle: answering(200, answerBacktest) } }],
  [RESOURCE_PATHS.runs, { GET: { handle: answering(200, answerRuns) }, POST: { handle: startRun } }],
  [RESOURCE_PATHS.run, { GET: { handle: answering(200, answerRun) } }],
  [RESOURCE_PATHS.runEvents, { GET: { handle: answering(200, answerRunEvents) } }],
  [RESOURCE_PATHS.runStream, { GET: { handle: streamRun } }],
  [RESOURCE_PATHS.runCancel, { POST: { handle: answering(200, cancelRun) } }],
  [RESOURCE_PATHS.incidents, { POST: { handle: declareIncident } }],
  [RESOURCE_PATHS.explainPreview, { POST: { handle: answering(200, answerPreview) } }],
  [RESOURCE_PATHS.investigate, { POST: { handle: streamInvestigation } }],
  [RESOURCE_PATHS.ask, { POST: { handle: answering(200, answerAsk) } }],
  [RESOURCE_PATHS.modelBudget, { GET: { handle: answering(200, answerBudget) } }],
  [RESOURCE_PATHS.watch, { GET: { handle: answering(200, answerWatch) } }],
]);

/**
 * Answers a resource call. Sends at least one message, the first with a status of at least 200; failures before the first
 * message become `{ code, message, remedy }`.
 */
export async function callResource(
  request: CallResourceRequest,
  signal: AbortSignal,
  send: Send,
  { resolve, watchOf, runs, metrics, log }: ResourceDependencies
): Promise<void> {
  const { path, id } = readPath(request.path);
  let status = 0;
  const sendCounted: Send = async (part) => {
    status ||= part.code ?? 0;
    await send(part);
  };
  try {
    const route = findRoute(path, request);
    const datasource = resolve(request.pluginContext);
    const call = toCall(request, datasource, {
      id,
      signal,
      log,
      watch: watchOf(datasource),
      runs: runs.of(datasource),
      metrics,
    });
    await route.handle(call, sendCounted);
  } catch (error) {
    const failure = toFailure(error);
    const ours = failure.status >= 500 && failure.errorSource === 'plugin';
    log(ours ? 'error' : 'debug', 'resource failed', { path, code: failure.code, error: describeThrown(error) });
    if (status !== 0 || signal.aborted) {
      throw error;
    }
    const allow = failure.status === 405 ? { Allow: { values: [methodsOf(path)] } } : {};
    await sendCounted(toErrorResponse(error, allow));
  } finally {
    metrics.countResource(ROUTES.has(path) ? path : 'other', status === 0 ? 499 : status);
  }
}

function toCall(
  { url, body, pluginContext }: CallResourceRequest,
  datasource: Datasource,
  parts: Pick<ResourceCall, 'id' | 'signal' | 'log' | 'watch' | 'runs' | 'metrics'>
): ResourceCall {
  const parameters = new URLSearchParams(url.split('?')[1] ?? '');
  const { role = '', login = '' } = pluginContext?.user ?? {};
  return { ...parts, datasource, parameters, body, role, login };
}

const RUN_PATH = /^runs\/([0-9A-Z]{26})(\/[a-z]+)?$/;

/** The path as the table has it, and the id that stands in it. */
function readPath(text: string): { readonly path: string; readonly id: string } {
  const path = text.replace(/^\/+|\/+$/g, '');
  const [, id = '', rest = ''] = RUN_PATH.exec(path) ?? [];
  return id === '' ? { path, id } : { path: `${RESOURCE_PATHS.run}${rest}`, id };
}

function methodsOf(path: string): string {
  return Object.keys(ROUTES.get(path) ?? {}).join(', ');
}

function findRoute(path: string, { method, url, body }: CallResourceRequest): Route {
  const routes = ROUTES.get(path);
  if (!routes) {
    throw new BackendError('CAUSEWAY_NOT_FOUND', 'There is no such resource.');
  }
  const route = Object.entries(routes).find(([name]) => name === method.toUpperCase())?.[1];
  if (!route) {
    throw new BackendError('CAUSEWAY_METHOD_NOT_ALLOWED', `The resource ${path} takes ${methodsOf(path)} only.`);
  }
  if (url.length > MAX_URL_LENGTH) {
    throw new BackendError('CAUSEWAY_REQUEST_INVALID', 'The address is too long.');
  }
  const { maxBodyBytes = MAX_BODY_BYTES } = route;
  if (body.length > maxBodyBytes) {
    throw new BackendError('CAUSEWAY_BODY_TOO_LARGE', `The body has ${body.length} bytes.`, {
      remedy: `Send a body of at most ${Math.round(maxBodyBytes / 1024)} KiB.`,
    });
  }
  return route;
}

function answerWatch({ datasource, watch }: ResourceCall): WatchAnswer {
  const { enabled, collectSeconds, detectSeconds } = datasource.settings.watch;
  const off = {
    leader: null,
    leaderName: '',
    lastFitMs: null,
    nextFitMs: null,
    lastTickMs: null,
    lastTickDurationMs: null,
    ticks: 0,
    openIncidentId: null,
    problems: [],
  };
  return watch?.toAnswer() ?? { enabled, collectSeconds, detectSeconds, ...off };
}
