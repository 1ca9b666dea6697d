import { GRAFANA_VERSION } from './boot-data.ts';
import { CAUSEWAY_DATASOURCE_ID, type HostDatasource, type HostState, readSettings } from './host-state.ts';
import type { DemoPerson } from './identity.ts';
import type { WireContext } from './plugin-protocol.ts';

/**
 * The context that Grafana sends with every call of the backend: settings in the clear, and the person where there is one.
 */
export function toPluginContext(state: HostState, datasource: HostDatasource, person?: DemoPerson): WireContext {
  const settings = readSettings(state, datasource.uid);
  return {
    orgId: 1,
    pluginId: CAUSEWAY_DATASOURCE_ID,
    pluginVersion: state.catalog.get(CAUSEWAY_DATASOURCE_ID)?.json.info.version ?? '',
    ...(person ? { user: { login: person.login, name: person.name, email: person.email, role: person.role } } : {}),
    dataSourceInstanceSettings: {
      id: datasource.id,
      uid: datasource.uid,
      name: datasource.name,
      url: datasource.url,
      jsonData: Buffer.from(JSON.stringify(settings.jsonData)),
      decryptedSecureJsonData: settings.secureJsonData,
      lastUpdatedMS: settings.updatedMs,
    },
    grafanaConfig: { GF_APP_URL: `http://127.0.0.1:${state.port}/` },
    userAgent: `Grafana/${GRAFANA_VERSION} (${process.platform}; plugin-host)`,
    namespace: 'default',
  };
}
