import { RESOURCE_PATHS, type WatchAnswer } from '#contracts';
import type { Datasource } from '../datasource/datasource.ts';
import type { Metrics } from '../diagnostics/metrics.ts';
import { BackendError, toFailure } from '../errors.ts';
import { describeThrown, type Log } from '../grpc/hclog.ts';
import type { CallResourceRequest, CallResourceResponse, PluginContext } from '../grpc/messages.ts';
import type { WatchState } from '../watch/watch-state.ts';
import { streamAnalysis } from './analyses.ts';
import { answerAnomalies } from './anomalies.ts';
import { answerBacktest } from './backtests.ts';
import { answerDetectors } from './detectors.ts';
import { answerFeatures } from './features.ts';
import { answerOverview } from './overview.ts';
import { answerRebaseline } from './rebaseline.ts';
import { toErrorResponse, toJson } from './respond.ts';
import { answerTopologyResource } from './topology-resource.ts';

/** What resources need. */
export interface ResourceDependencies {
  readonly resolve: (context: PluginContext | null) => Datasource;
  readonly watchOf: (datasource: Datasource) => WatchState | undefined;
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
}

type Send = (part: CallResourceResponse) => Promise<void>;

interface Route {
  readonly method: 'GET' | 'POST';
  readonly handle: (call: ResourceCall, send: Send) => Promise<void>;
}

const MAX_BODY_BYTES = 65_536;
const MAX_URL_LENGTH = 4_096;

const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  [
    RESOURCE_PATHS.overview,
    { method: 'GET', handle: async (call, send) => send(toJson(200, await answerOverview(call))) },
  ],
  [
    RESOURCE_PATHS.topology,
    { method: 'GET', handle: async (call, send) => send(toJson(200, await answerTopologyResource(call))) },
  ],
  [RESOURCE_PATHS.analyses, { method: 'POST', handle: streamAnalysis }],
  [
    RESOURCE_PATHS.anomalies,
    { method: 'GET', handle: async (call, send) => send(toJson(200, await answerAnomalies(call))) },
  ],
  [
    RESOURCE_PATHS.features,
    { method: 'GET', handle: async (call, send) => send(toJson(200, await answerFeatures(call))) },
  ],
  [
    RESOURCE_PATHS.detectors,
    { method: 'GET', handle: async (call, send) => send(toJson(200, await answerDetectors(call))) },
  ],
  [
    RESOURCE_PATHS.rebaseline,
    { method: 'POST', handle: async (call, send) => send(toJson(202, await answerRebaseline(call))) },
  ],
  [
    RESOURCE_PATHS.backtests,
    { method: 'POST', handle: async (call, send) => send(toJson(200, await answerBacktest(call))) },
  ],
  [RESOURCE_PATHS.watch, { method: 'GET', handle: async (call, send) => send(toJson(200, answerWatch(call))) }],
]);

/**
 * Answers a resource call. Sends at least one message, the first with a status of at least 200; failures before the first
 * message become `{ code, message, remedy }`.
 */
export async function callResource(
  request: CallResourceRequest,
  signal: AbortSignal,
  send: Send,
  { resolve, watchOf, metrics, log }: ResourceDependencies
): Promise<void> {
  const path = request.path.replace(/^\/+|\/+$/g, '');
  let status = 0;
  const sendCounted: Send = async (part) => {
    status ||= part.code ?? 0;
    await send(part);
  };
  try {
    const route = findRoute(path, request);
    const datasource = resolve(request.pluginContext);
    const call = {
      datasource,
      parameters: new URLSearchParams(request.url.split('?')[1] ?? ''),
      body: request.body,
      signal,
      log,
      watch: watchOf(datasource),
      role: request.pluginContext?.user?.role ?? '',
    };
    await route.handle(call, sendCounted);
  } catch (error) {
    const failure = toFailure(error);
    const ours = failure.status >= 500 && failure.errorSource === 'plugin';
    log(ours ? 'error' : 'debug', 'resource failed', { path, code: failure.code, error: describeThrown(error) });
    if (status !== 0 || signal.aborted) {
      throw error;
    }
    const allow = failure.status === 405 ? { Allow: { values: [ROUTES.get(path)?.method ?? 'GET'] } } : {};
    await sendCounted(toErrorResponse(error, allow));
  } finally {
    metrics.countResource(ROUTES.has(path) ? path : 'other', status === 0 ? 499 : status);
  }
}

function findRoute(path: string, { method, url, body }: CallResourceRequest): Route {
  const route = ROUTES.get(path);
  if (!route) {
    throw new BackendError('CAUSEWAY_NOT_FOUND', 'There is no such resource.');
  }
  if (method.toUpperCase() !== route.method) {
    throw new BackendError('CAUSEWAY_METHOD_NOT_ALLOWED', `The resource ${path} takes ${route.method} only.`);
  }
  if (url.length > MAX_URL_LENGTH) {
    throw new BackendError('CAUSEWAY_REQUEST_INVALID', 'The address is too long.');
  }
  if (body.length > MAX_BODY_BYTES) {
    throw new BackendError('CAUSEWAY_BODY_TOO_LARGE', `The body has ${body.length} bytes.`);
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
