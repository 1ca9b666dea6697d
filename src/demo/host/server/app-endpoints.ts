import { matchRoute, toUpstreamUrl, fillTemplate } from './app-routes.ts';
import { HostError } from './errors.ts';
import { forward, withoutConnectionHeaders } from './forward.ts';
import { type HostState, readSettings } from './host-state.ts';
import { type Exchange, readBody, readJson, sendJson } from './http.ts';
import { type DemoPerson, listPermissions } from './identity.ts';
import { toPluginMeta } from './plugin-catalog.ts';
import { changeSettings, toSecureFields } from './settings-store.ts';

/** `GET` and `POST /api/plugins/:id/settings`. */
export async function handleSettings(state: HostState, exchange: Exchange, pluginId: string): Promise<void> {
  const plugin = state.catalog.get(pluginId);
  if (!plugin) {
    throw new HostError('CAUSEWAY_HOST_NOT_FOUND', 'Plugin not found');
  }
  if (exchange.method === 'POST') {
    if (exchange.person.role !== 'Admin') {
      throw new HostError('CAUSEWAY_HOST_FORBIDDEN', 'Only an administrator changes plugins');
    }
    state.settings.set(
      pluginId,
      changeSettings(readSettings(state, pluginId), await readJson(exchange.request), Date.now())
    );
    return sendJson(exchange.response, { message: 'Plugin settings updated' });
  }
  const settings = readSettings(state, pluginId);
  return sendJson(exchange.response, {
    ...toPluginMeta(plugin),
    enabled: settings.enabled,
    pinned: settings.pinned,
    jsonData: settings.jsonData,
    secureJsonFields: toSecureFields(settings),
  });
}

/**
 * `/api/plugin-proxy/:id/*`: the app's routes as Grafana runs them. The first route that fits decides, its `reqAction` is
 * checked, cookies are dropped, and the person's identity is set anew whatever the browser sent.
 */
export async function handlePluginProxy(
  state: HostState,
  exchange: Exchange,
  pluginId: string,
  rest: string
): Promise<void> {
  const match = pluginId === state.app.json.id ? matchRoute(state.app.json.routes, exchange.method, rest) : undefined;
  if (!match) {
    throw new HostError('CAUSEWAY_HOST_NOT_FOUND', `The plugin has no route for ${exchange.method} ${rest}`);
  }
  const { reqAction } = match.route;
  if (reqAction && !listPermissions(state.app, exchange.person.role).has(reqAction)) {
    throw new HostError('CAUSEWAY_HOST_FORBIDDEN', `${exchange.person.name} lacks the permission ${reqAction}`);
  }
  const settings = readSettings(state, pluginId);
  const url = toUpstreamUrl(match, settings, exchange.query.toString());
  if (!url) {
    throw new HostError('CAUSEWAY_HOST_UPSTREAM', 'The address of the executor is not set or not valid');
  }
  const routeHeaders = match.route.headers.map(({ name, content }) => [
    name.toLowerCase(),
    fillTemplate(content, settings),
  ]);
  await forward(exchange, {
    url,
    method: exchange.method,
    headers: {
      ...withoutConnectionHeaders(exchange.request.headers),
      ...(await toIdentityHeaders(state, exchange.person)),
      ...(Object.fromEntries(routeHeaders) as Record<string, string>),
    },
    body: await readBody(exchange.request),
    upstream: 'The executor',
  });
}

async function toIdentityHeaders(state: HostState, person: DemoPerson): Promise<Record<string, string>> {
  return {
    'x-grafana-context': JSON.stringify({
      UserID: person.id,
      UserUID: `u${person.id}`,
      OrgID: 1,
      OrgName: 'Shop',
      OrgRole: person.role,
      Login: person.login,
      Name: person.name,
      Email: person.email,
    }),
    'x-grafana-user': person.login,
    'x-grafana-id': await state.signer.sign(person),
  };
}
