import type { CausewayQuery } from '#contracts';
import type { Datasource } from '../datasource/datasource.ts';
import { toFailure } from '../errors.ts';
import { encodeFrame } from '../frames/encode-frame.ts';
import type { Frame } from '../frames/frame.ts';
import { describeThrown, type Log } from '../grpc/hclog.ts';
import type { DataQuery, DataResponse, PluginContext, QueryDataRequest, QueryDataResponse } from '../grpc/messages.ts';
import type { Metrics } from '../diagnostics/metrics.ts';
import { answerAnomalyLevel } from './anomaly-level.ts';
import { answerAnomalyScore } from './anomaly-score.ts';
import { answerBand } from './band.ts';
import { answerContributions } from './contributions.ts';
import { answerDataQuality } from './data-quality.ts';
import { answerExhaustion } from './exhaustion.ts';
import { answerForecast } from './forecast.ts';
import { answerLogAnomaly } from './log-anomaly.ts';
import { answerLogPatterns } from './log-patterns.ts';
import { type PreparedQuery, prepareQuery } from './prepare-query.ts';
import { answerServices } from './services.ts';
import { answerTopology } from './topology.ts';

/** What answering queries needs. */
export interface QueryDependencies {
  readonly resolve: (context: PluginContext | null) => Datasource;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Alerting gives up after 30 s and asks again; an answer that is late is work for nothing. */
const ALERT_LIMIT_MS = 25_000;

const ANSWERS: Readonly<
  Record<
    CausewayQuery['queryType'],
    (datasource: Datasource, query: PreparedQuery, signal: AbortSignal) => Promise<readonly Frame[]>
  >
> = {
  'anomaly-score': answerAnomalyScore,
  'anomaly-level': answerAnomalyLevel,
  services: answerServices,
  'log-patterns': answerLogPatterns,
  'log-anomaly': answerLogAnomaly,
  topology: answerTopology,
  contributions: answerContributions,
  band: answerBand,
  forecast: answerForecast,
  exhaustion: answerExhaustion,
  'data-quality': answerDataQuality,
};

/** Answers every refId that was asked for, each with its own frames or its own error. */
export async function answerQueries(
  request: QueryDataRequest,
  signal: AbortSignal,
  dependencies: QueryDependencies
): Promise<QueryDataResponse> {
  const fromAlert = isFromAlert(request.headers);
  const limited = fromAlert ? AbortSignal.any([signal, AbortSignal.timeout(ALERT_LIMIT_MS)]) : signal;
  const answers = await Promise.all(
    request.queries.map(
      async (query) =>
        [query.refId, await answerOne(request.pluginContext, query, fromAlert, limited, dependencies)] as const
    )
  );
  return { responses: Object.fromEntries(answers) };
}

async function answerOne(
  context: PluginContext | null,
  query: DataQuery,
  fromAlert: boolean,
  signal: AbortSignal,
  { resolve, metrics, log }: QueryDependencies
): Promise<DataResponse> {
  const startedMs = performance.now();
  let type = 'invalid';
  try {
    signal.throwIfAborted();
    const prepared = prepareQuery(query, fromAlert);
    type = prepared.query.queryType;
    const frames = await ANSWERS[prepared.query.queryType](resolve(context), prepared, signal);
    metrics.observeQuery(type, 'ok', performance.now() - startedMs);
    return { frames: frames.map(encodeFrame), error: '', status: 200, errorSource: '' };
  } catch (error) {
    const failure = toFailure(error);
    metrics.observeQuery(type, 'error', performance.now() - startedMs);
    log(failure.status >= 500 && failure.errorSource === 'plugin' ? 'error' : 'warn', 'query failed', {
      refId: query.refId,
      queryType: type,
      code: failure.code,
      error: describeThrown(error),
    });
    const { message, remedy, status, errorSource } = failure;
    return { frames: [], error: `${message} ${remedy}`, status, errorSource };
  }
}

/** The header is unprefixed; newer hosts may prefix every header with `http_`. */
function isFromAlert(headers: Readonly<Record<string, string>>): boolean {
  return Object.entries(headers).some(
    ([name, value]) => name.toLowerCase().replace(/^http_/, '') === 'fromalert' && value === 'true'
  );
}
