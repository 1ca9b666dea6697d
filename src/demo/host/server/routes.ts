import path from 'node:path';
import { z } from 'zod';
import { handlePluginProxy, handleSettings } from './app-endpoints.ts';
import { GRAFANA_VERSION, toDatasource, toFrontendSettings } from './boot-data.ts';
import { handleDatasource, handleDatasourceProxy, handleHealth, handleResource } from './datasource-endpoints.ts';
import { handleDemo } from './demo-endpoints.ts';
import { HostError } from './errors.ts';
import type { HostState } from './host-state.ts';
import { type Exchange, readJson, sendJson } from './http.ts';
import { sendPage } from './page.ts';
import { toPluginMeta } from './plugin-catalog.ts';
import { handleQuery } from './queries.ts';
import { resolveInside, sendFile } from './static-files.ts';

type Handler = (state: HostState, exchange: Exchange, ...captured: string[]) => Promise<void> | void;
type Route = readonly [methods: string, pattern: RegExp, handle: Handler];

const ICONS = '/public/build/img/icons/';

const ROUTES: readonly Route[] = [
  ['GET', /^\/host\/missing-icons$/, (state, { response }) => sendJson(response, [...state.missingIcons].sort())],
  ['GET', /^\/host\/(.+)$/, (state, exchange, file) => sendPageFile(state, exchange, file)],
  ['GET', /^\/public\/build\/img\/icons\/(.+)$/, sendIcon],
  ['GET', /^\/public\/fonts\/(.+)$/, (state, exchange, file) => sendPageFile(state, exchange, `fonts/${file}`)],
  ['GET', /^\/public\/plugins\/([^/]+)\/(.+)$/, sendPluginFile],
  ['GET,PUT,POST,DELETE', /^\/demo\/(.+)$/, handleDemo],
  ['POST', /^\/api\/ds\/query$/, handleQuery],
  [
    'GET',
    /^\/api\/datasources$/,
    (state, { response }) =>
      sendJson(
        response,
        state.datasources.map(({ uid }) => toDatasource(state, uid))
      ),
  ],
  ['GET,PUT', /^\/api\/datasources\/uid\/([^/]+)$/, handleDatasource],
  ['GET', /^\/api\/datasources\/uid\/([^/]+)\/health$/, handleHealth],
  ['GET,POST,PUT,PATCH,DELETE', /^\/api\/datasources\/uid\/([^/]+)\/resources\/(.+)$/, handleResource],
  ['GET,POST', /^\/api\/datasources\/proxy\/uid\/([^/]+)\/(.*)$/, handleDatasourceProxy],
  [
    'GET',
    /^\/api\/plugins$/,
    (state, { response }) => sendJson(response, [...state.catalog.values()].map(toPluginMeta)),
  ],
  ['GET,POST', /^\/api\/plugins\/([^/]+)\/settings$/, handleSettings],
  ['GET,POST,PUT,PATCH,DELETE', /^\/api\/plugin-proxy\/([^/]+)\/(.*)$/, handlePluginProxy],
  ['GET', /^\/metrics\/plugins\/([^/]+)$/, sendPluginMetrics],
  ['GET', /^\/api\/signing-keys\/keys$/, (state, { response }) => sendJson(response, state.signer.keys())],
  ['GET', /^\/api\/frontend\/settings$/, (state, { response }) => sendJson(response, toFrontendSettings(state))],
  [
    'GET',
    /^\/api\/health$/,
    (_, { response }) => sendJson(response, { database: 'ok', version: GRAFANA_VERSION, commit: 'plugin-host' }),
  ],
  [
    'GET',
    /^\/api\/user$/,
    (_, { response, person }) => sendJson(response, { ...person, isGrafanaAdmin: false, orgId: 1 }),
  ],
  // Nobody logs in here; test tools that do are let through, and the person stays the one of the cookie.
  ['POST', /^\/login$/, (_, { response }) => sendJson(response, { message: 'Logged in' })],
  ['GET', /^\/api\/annotations$/, (state, { response }) => sendJson(response, state.annotations)],
  ['POST', /^\/api\/annotations$/, addAnnotation],
  ['GET,POST,PUT,PATCH,DELETE', /^\/(?:api|apis|public|metrics)(?:\/|$)/, refuse],
  ['GET', /^\//, sendPage],
];

/** Finds the handler of a request and runs it. */
export async function dispatch(state: HostState, exchange: Exchange): Promise<void> {
  const method = exchange.method === 'HEAD' ? 'GET' : exchange.method;
  for (const [methods, pattern, handle] of ROUTES) {
    const match = methods.split(',').includes(method) ? pattern.exec(exchange.path) : null;
    if (match) {
      await handle(state, exchange, ...match.slice(1));
      return;
    }
  }
  refuse(state, exchange);
}

function refuse(_: HostState, { method, path: asked }: Exchange): never {
  throw new HostError('CAUSEWAY_HOST_NOT_FOUND', `The plugin host has no ${method} ${asked.slice(0, 200)}`);
}

function sendPageFile(state: HostState, exchange: Exchange, file: string): void {
  const found = resolveInside(state.config.pageFolder, file);
  if (!found) {
    refuse(state, exchange);
  }
  sendFile(exchange.response, found);
}

/** Icons that are nowhere are answered with 404 and remembered: tests fail on them, nothing masks them. */
function sendIcon(state: HostState, exchange: Exchange, file: string): void {
  const found = resolveInside(path.join(state.config.pageFolder, 'icons'), file);
  if (!found) {
    state.missingIcons.add(exchange.path.slice(ICONS.length));
    refuse(state, exchange);
  }
  sendFile(exchange.response, found);
}

function sendPluginFile(state: HostState, exchange: Exchange, pluginId: string, file: string): void {
  const plugin = state.catalog.get(pluginId);
  const found = plugin ? resolveInside(plugin.folder, file) : undefined;
  // The executable of a backend is no file for browsers.
  if (!found || path.basename(found).startsWith('gpx_')) {
    refuse(state, exchange);
  }
  sendFile(exchange.response, found);
}

async function sendPluginMetrics(state: HostState, exchange: Exchange, pluginId: string): Promise<void> {
  if (!state.catalog.get(pluginId)?.json.backend) {
    refuse(state, exchange);
  }
  const text = await state.backend.client().collectMetrics({ pluginId });
  exchange.response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' });
  exchange.response.end(text);
}

const annotationSchema = z.object({
  time: z.number().default(0),
  text: z.string().max(10_000).default(''),
  tags: z.array(z.string().max(200)).max(50).default([]),
});
const KEPT_ANNOTATIONS = 1000;

async function addAnnotation(state: HostState, exchange: Exchange): Promise<void> {
  const parsed = annotationSchema.safeParse(await readJson(exchange.request));
  if (!parsed.success) {
    throw new HostError('CAUSEWAY_HOST_BAD_REQUEST', `${parsed.error.issues[0]?.path.join('.') ?? 'body'}: wrong form`);
  }
  const id = (state.annotations.at(-1)?.id ?? 0) + 1;
  state.annotations.push({ id, ...parsed.data });
  state.annotations.splice(0, Math.max(0, state.annotations.length - KEPT_ANNOTATIONS));
  sendJson(exchange.response, { message: 'Annotation added', id });
}
