import type { ClockReading } from './demo-endpoints.ts';
import { type HostState, readSettings } from './host-state.ts';
import { DEMO_PEOPLE, type DemoPerson, listPermissions } from './identity.ts';
import { type BuiltPlugin, type PluginInclude, toPluginMeta } from './plugin-catalog.ts';
import { toSecureFields } from './settings-store.ts';

/** Version of Grafana whose packages the page is built from. */
export const GRAFANA_VERSION = '13.2.2';

export type Theme = 'dark' | 'light';

/** `window.grafanaBootData`, as far as plugins and their tests read it. */
export function toBootData(state: HostState, person: DemoPerson, theme: Theme): object {
  return {
    user: toBootUser(state, person, theme),
    settings: toFrontendSettings(state),
    navTree: toNavTree(state.app, person, listPermissions(state.app, person.role)),
    assets: { dark: '', light: '', jsFiles: [] },
  };
}

function toBootUser(state: HostState, person: DemoPerson, theme: Theme): object {
  const permissions = listPermissions(state.app, person.role);
  return {
    ...person,
    uid: `u${person.id}`,
    isSignedIn: true,
    orgId: 1,
    orgName: 'Shop',
    orgRole: person.role,
    orgCount: 1,
    isGrafanaAdmin: false,
    theme,
    lightTheme: theme === 'light',
    timezone: 'browser',
    weekStart: 'browser',
    locale: 'en-US',
    language: 'en-US',
    regionalFormat: 'en-US',
    permissions: Object.fromEntries([...permissions].map((action) => [action, true])),
    helpFlags1: 0,
    analytics: { identifier: '' },
    externalUserId: '',
  };
}

/** `/api/frontend/settings`. */
export function toFrontendSettings(state: HostState): Readonly<Record<string, unknown>> {
  const byType = (type: string): BuiltPlugin[] => [...state.catalog.values()].filter(({ json }) => json.type === type);
  return {
    appSubUrl: '',
    appUrl: `http://127.0.0.1:${state.port}/`,
    homePath: toHomePath(state.app),
    windowTitlePrefix: '',
    buildInfo: {
      version: GRAFANA_VERSION,
      commit: 'plugin-host',
      env: 'production',
      edition: 'Open Source',
      hideVersion: true,
    },
    featureToggles: {},
    datasources: Object.fromEntries(state.datasources.map(({ name, uid }) => [name, toDatasource(state, uid)])),
    defaultDatasource: state.datasources.find((item) => item.isDefault)?.name ?? '',
    panels: Object.fromEntries(byType('panel').map((plugin) => [plugin.json.id, toPluginMeta(plugin)])),
    apps: Object.fromEntries(
      byType('app').map((plugin) => [
        plugin.json.id,
        {
          ...toPluginMeta(plugin),
          path: toPluginMeta(plugin).module,
          version: plugin.json.info.version,
          preload: false,
        },
      ])
    ),
    minRefreshInterval: '5s',
    timePickerDefaults: {},
    namespace: 'default',
    rbacEnabled: true,
    liveEnabled: false,
    exploreEnabled: true,
    unifiedAlerting: { minInterval: '10s' },
    language: 'en-US',
  };
}

/** One datasource as the browser gets it; undefined for an unknown uid. */
export function toDatasource(state: HostState, uid: string): Readonly<Record<string, unknown>> | undefined {
  const found = state.datasources.find((item) => item.uid === uid);
  if (!found) {
    return undefined;
  }
  const settings = readSettings(state, uid);
  const plugin = state.catalog.get(found.type);
  return {
    id: found.id,
    uid,
    name: found.name,
    type: found.type,
    url: found.url ? `/api/datasources/proxy/uid/${uid}` : '',
    access: 'proxy',
    isDefault: found.isDefault,
    readOnly: false,
    jsonData: settings.jsonData,
    secureJsonFields: toSecureFields(settings),
    cachingConfig: { enabled: false, TTLMs: 0 },
    meta: plugin ? toPluginMeta(plugin) : toCoreMeta(found.type, found.name),
  };
}

function toCoreMeta(id: string, name: string): object {
  return {
    id,
    name,
    type: 'datasource',
    module: `core:${id}`,
    baseUrl: '',
    metrics: true,
    info: {
      author: { name: '' },
      description: '',
      links: [],
      logos: { small: '', large: '' },
      screenshots: [],
      updated: '',
      version: '',
    },
  };
}

/** Where `/` leads: the page that the app marks, or its root. */
export function toHomePath(app: BuiltPlugin): string {
  const home = app.json.includes.find((item) => item.defaultNav);
  return home ? toPath(home, app) : `/a/${app.json.id}`;
}

function toPath(item: PluginInclude, app: BuiltPlugin): string {
  return item.path.replaceAll('%PLUGIN_ID%', app.json.id);
}

function toNavTree(app: BuiltPlugin, person: DemoPerson, permissions: ReadonlySet<string>): object[] {
  const isAllowed = (item: PluginInclude): boolean =>
    item.action
      ? permissions.has(item.action)
      : item.role === '' || item.role === 'Viewer' || item.role === person.role;
  return [
    {
      id: `plugin-page-${app.json.id}`,
      text: app.json.name,
      url: `/a/${app.json.id}`,
      children: app.json.includes
        .filter((item) => item.type === 'page' && item.addToNav && isAllowed(item))
        .map((item) => ({ id: item.path, text: item.name, url: toPath(item, app) })),
    },
  ];
}

/** The demo's own part of the boot data. */
export function toDemoBoot(person: DemoPerson, clock: ClockReading): object {
  return { clock, user: person.login, users: DEMO_PEOPLE.map(({ login, name, role }) => ({ login, name, role })) };
}
