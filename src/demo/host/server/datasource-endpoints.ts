import { toDatasource } from './boot-data.ts';
import { isUnavailable } from './backend-client.ts';
import { HostError } from './errors.ts';
import { forward, withoutConnectionHeaders } from './forward.ts';
import { CAUSEWAY_DATASOURCE_ID, type HostDatasource, type HostState, readSettings } from './host-state.ts';
import { type Exchange, readBody, readJson, sendJson } from './http.ts';
import { toPluginContext } from './plugin-context.ts';
import { changeSettings } from './settings-store.ts';

const HEALTH_WORDS = ['UNKNOWN', 'OK', 'ERROR'] as const;

/** A datasource by uid. @throws HostError when there is none */
export function findDatasource(state: HostState, uid: string): HostDatasource {
  const found = state.datasources.find((item) => item.uid === uid);
  if (!found) {
    throw new HostError('CAUSEWAY_HOST_NOT_FOUND', 'There is no datasource with this uid');
  }
  return found;
}

/** `GET` and `PUT /api/datasources/uid/:uid`. */
export async function handleDatasource(state: HostState, exchange: Exchange, uid: string): Promise<void> {
  findDatasource(state, uid);
  if (exchange.method !== 'PUT') {
    return sendJson(exchange.response, toDatasource(state, uid));
  }
  if (exchange.person.role !== 'Admin') {
    throw new HostError('CAUSEWAY_HOST_FORBIDDEN', 'Only an administrator changes datasources');
  }
  const changed = changeSettings(readSettings(state, uid), await readJson(exchange.request), Date.now());
  state.settings.set(uid, changed);
  return sendJson(exchange.response, { message: 'Datasource updated', datasource: toDatasource(state, uid) });
}

/** `GET /api/datasources/uid/:uid/health`. */
export async function handleHealth(state: HostState, exchange: Exchange, uid: string): Promise<void> {
  const datasource = findDatasource(state, uid);
  if (datasource.type !== CAUSEWAY_DATASOURCE_ID) {
    return sendJson(exchange.response, { status: 'OK', message: `${datasource.name} is the demo's own store` });
  }
  const health = await state.backend.client().checkHealth(toPluginContext(state, datasource, exchange.person));
  const details =
    health.jsonDetails.length > 0 ? { details: JSON.parse(health.jsonDetails.toString('utf8')) as unknown } : {};
  const status = HEALTH_WORDS[health.status] ?? 'UNKNOWN';
  return sendJson(exchange.response, { status, message: health.message, ...details }, status === 'OK' ? 200 : 400);
}

/** `/api/datasources/proxy/uid/:uid/*`: passes reads on to the store that stands in for the source. */
export async function handleDatasourceProxy(
  state: HostState,
  exchange: Exchange,
  uid: string,
  rest: string
): Promise<void> {
  const datasource = findDatasource(state, uid);
  if (!datasource.url || (exchange.method !== 'GET' && exchange.method !== 'POST')) {
    throw new HostError('CAUSEWAY_HOST_NOT_FOUND', `${datasource.name} cannot be reached through the proxy this way`);
  }
  const base = new URL(`${datasource.url}/`);
  const url = new URL(`./${rest}`, base);
  if (!url.pathname.startsWith(base.pathname)) {
    throw new HostError('CAUSEWAY_HOST_BAD_REQUEST', 'path: it leaves the datasource');
  }
  url.search = exchange.query.toString();
  await forward(exchange, {
    url,
    method: exchange.method,
    headers: withoutConnectionHeaders(exchange.request.headers),
    body: await readBody(exchange.request),
    upstream: datasource.name,
  });
}

/** `/api/datasources/uid/:uid/resources/*`: a streamed gRPC call; each part goes out at once. */
export async function handleResource(state: HostState, exchange: Exchange, uid: string, rest: string): Promise<void> {
  const datasource = findDatasource(state, uid);
  if (datasource.type !== CAUSEWAY_DATASOURCE_ID) {
    throw new HostError('CAUSEWAY_HOST_NOT_FOUND', `${datasource.name} has no resources here`);
  }
  const query = exchange.query.toString();
  const call = state.backend.client().callResource({
    pluginContext: toPluginContext(state, datasource, exchange.person),
    path: decodeURIComponent(rest),
    method: exchange.method,
    url: query ? `${rest}?${query}` : rest,
    headers: toResourceHeaders(exchange),
    body: await readBody(exchange.request),
  });
  exchange.signal.addEventListener('abort', () => call.cancel(), { once: true });
  try {
    await streamParts(exchange, call);
  } catch (cause) {
    if (!exchange.signal.aborted) {
      const code = isUnavailable(cause) ? 'CAUSEWAY_HOST_PLUGIN_UNAVAILABLE' : 'CAUSEWAY_HOST_UPSTREAM';
      throw new HostError(code, cause instanceof Error ? cause.message : 'The backend failed', { cause });
    }
  }
}

type ResourceCall = ReturnType<ReturnType<HostState['backend']['client']>['callResource']>;
type ResourceParts = AsyncIterable<{
  readonly code: number;
  readonly headers: Readonly<Record<string, { readonly values: readonly string[] }>>;
  readonly body: Buffer;
}>;

async function streamParts(exchange: Exchange, call: ResourceCall): Promise<void> {
  const { response } = exchange;
  for await (const part of call as ResourceParts) {
    if (!response.headersSent) {
      response.writeHead(part.code >= 100 ? part.code : 500, toAnswerHeaders(part.headers, part.code));
    }
    if (part.body.length > 0 && !response.write(part.body)) {
      await new Promise<void>((resolve) => {
        response.once('drain', resolve);
        response.once('close', resolve);
      });
    }
  }
  if (!response.headersSent) {
    throw new HostError('CAUSEWAY_HOST_UPSTREAM', 'The backend sent an empty answer');
  }
  response.end();
}

function toAnswerHeaders(
  headers: Readonly<Record<string, { readonly values: readonly string[] }>>,
  code: number
): Record<string, string[]> {
  const sent: Record<string, string[]> = code === 204 ? {} : { 'content-type': ['application/json'] };
  for (const [name, { values }] of Object.entries(headers)) {
    if (!['set-cookie', 'connection', 'transfer-encoding', 'content-length'].includes(name.toLowerCase())) {
      sent[name.toLowerCase()] = [...values];
    }
  }
  return { ...sent, 'cache-control': ['no-store'], 'x-content-type-options': ['nosniff'] };
}

function toResourceHeaders(exchange: Exchange): Record<string, { values: string[] }> {
  return Object.fromEntries(
    Object.entries(withoutConnectionHeaders(exchange.request.headers)).map(([name, value]) => [
      name,
      { values: [value].flat().map(String) },
    ])
  );
}
