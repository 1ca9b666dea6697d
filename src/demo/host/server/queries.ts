import { z } from 'zod';
import { type JsonFrame, toJsonFrame } from './arrow-frames.ts';
import { isUnavailable } from './backend-client.ts';
import { HostError } from './errors.ts';
import { CAUSEWAY_DATASOURCE_ID, type HostDatasource, type HostState } from './host-state.ts';
import { type Exchange, readJson, sendJson } from './http.ts';
import { toPluginContext } from './plugin-context.ts';
import type { WireQueryRequest, WireQueryResult } from './plugin-protocol.ts';
import { parseQueryTime } from './query-time.ts';
import { fetchClock } from './demo-endpoints.ts';

const querySchema = z.looseObject({
  refId: z.string().min(1).max(64).default('A'),
  datasource: z.object({ uid: z.string() }),
  queryType: z.string().default(''),
  maxDataPoints: z.number().default(100),
  intervalMs: z.number().default(1000),
  hide: z.boolean().default(false),
});
const requestSchema = z.object({
  queries: z.array(querySchema).min(1).max(100),
  from: z.union([z.string(), z.number()]).default('now-1h'),
  to: z.union([z.string(), z.number()]).default('now'),
});
type Query = z.infer<typeof querySchema>;

interface QueryAnswer {
  readonly status: number;
  readonly frames: readonly JsonFrame[];
  readonly error?: string;
  readonly errorSource?: string;
}

/** Headers that Grafana passes from the browser to QueryData. */
const PASSED_HEADERS = ['x-datasource-uid', 'x-dashboard-uid', 'x-panel-id', 'x-query-group-id', 'x-grafana-org-id'];

/** Answers `POST /api/ds/query`: gRPC QueryData per datasource, Arrow frames turned into JSON, errors per refId. */
export async function handleQuery(state: HostState, exchange: Exchange): Promise<void> {
  const parsed = requestSchema.safeParse(await readJson(exchange.request));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new HostError(
      'CAUSEWAY_HOST_BAD_REQUEST',
      `${issue?.path.join('.') ?? 'body'}: ${issue?.message ?? 'wrong'}`
    );
  }
  const range = await readRange(state, parsed.data.from, parsed.data.to);
  const results: Record<string, QueryAnswer> = {};
  const shown = parsed.data.queries.filter((query) => !query.hide);
  for (const uid of new Set(shown.map((query) => query.datasource.uid))) {
    const queries = shown.filter((query) => query.datasource.uid === uid);
    const datasource = state.datasources.find((item) => item.uid === uid);
    Object.assign(results, await askDatasource(state, exchange, datasource, queries, range));
  }
  const hasFailed = Object.values(results).some((result) => result.error !== undefined);
  sendJson(exchange.response, { results }, hasFailed ? 400 : 200);
}

type TimeRange = WireQueryRequest['queries'][number]['timeRange'];

async function readRange(state: HostState, from: string | number, to: string | number): Promise<TimeRange> {
  const isRelative = `${from}${to}`.includes('now');
  const nowMs = isRelative ? (await fetchClock(state.config)).nowMs : 0;
  return { fromEpochMS: parseQueryTime(from, nowMs), toEpochMS: parseQueryTime(to, nowMs) };
}

async function askDatasource(
  state: HostState,
  exchange: Exchange,
  datasource: HostDatasource | undefined,
  queries: readonly Query[],
  timeRange: TimeRange
): Promise<Record<string, QueryAnswer>> {
  if (datasource?.type !== CAUSEWAY_DATASOURCE_ID) {
    const error = datasource
      ? `The host answers queries of Causeway here; ${datasource.name} is asked through /api/datasources/proxy`
      : 'There is no datasource with this uid';
    return Object.fromEntries(queries.map(({ refId }) => [refId, { status: 404, frames: [], error }]));
  }
  const answers = await state.backend
    .client()
    .queryData({
      pluginContext: toPluginContext(state, datasource, exchange.person),
      headers: toQueryHeaders(exchange),
      queries: queries.map((query) => ({
        refId: query.refId,
        maxDataPoints: query.maxDataPoints,
        intervalMS: query.intervalMs,
        timeRange,
        json: Buffer.from(JSON.stringify(query)),
        queryType: query.queryType,
      })),
      format: 0,
    })
    .catch((cause: unknown) => {
      const code = isUnavailable(cause) ? 'CAUSEWAY_HOST_PLUGIN_UNAVAILABLE' : 'CAUSEWAY_HOST_UPSTREAM';
      throw new HostError(code, cause instanceof Error ? cause.message : 'The backend failed', { cause });
    });
  return Object.fromEntries(queries.map(({ refId }) => [refId, toAnswer(answers[refId])]));
}

function toAnswer(result: WireQueryResult | undefined): QueryAnswer {
  if (!result) {
    return { status: 200, frames: [] };
  }
  const failure = result.error ? { error: result.error, errorSource: result.errorSource } : {};
  return { status: result.status || (result.error ? 500 : 200), frames: result.frames.map(toJsonFrame), ...failure };
}

function toQueryHeaders(exchange: Exchange): Record<string, string> {
  const passed = PASSED_HEADERS.flatMap((name) => {
    const value = exchange.request.headers[name];
    return typeof value === 'string' ? [[`http_${toCanonical(name)}`, value]] : [];
  });
  return Object.fromEntries(passed) as Record<string, string>;
}

function toCanonical(name: string): string {
  return name.replaceAll(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
}
