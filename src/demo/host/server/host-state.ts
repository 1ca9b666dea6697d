import type { BackendProcess } from './backend-process.ts';
import type { HostConfig } from './config.ts';
import type { IdentitySigner } from './identity.ts';
import type { BuiltPlugin } from './plugin-catalog.ts';
import type { StoredSettings } from './settings-store.ts';

/** A provisioned datasource. */
export interface HostDatasource {
  readonly id: number;
  readonly uid: string;
  readonly name: string;
  readonly type: string;
  readonly isDefault: boolean;
  /** Address that the datasource proxy passes requests to; empty for the Causeway datasource. */
  readonly url: string;
}

/** An annotation that somebody wrote through the API. */
export interface HostAnnotation {
  readonly id: number;
  readonly time: number;
  readonly text: string;
  readonly tags: readonly string[];
}

/** Everything the server's handlers share. What changes is in memory only and starts anew with the process. */
export interface HostState {
  readonly config: HostConfig;
  readonly catalog: ReadonlyMap<string, BuiltPlugin>;
  readonly app: BuiltPlugin;
  readonly datasources: readonly HostDatasource[];
  /** By plugin id for apps, by uid for datasources. */
  readonly settings: Map<string, StoredSettings>;
  readonly annotations: HostAnnotation[];
  readonly missingIcons: Set<string>;
  readonly signer: IdentitySigner;
  readonly backend: BackendProcess;
  /** The port that was really bound. */
  port: number;
}

/** uid of the Causeway datasource. */
export const CAUSEWAY_UID = 'causeway';

/** Plugin id of the Causeway datasource. */
export const CAUSEWAY_DATASOURCE_ID = 'causeway-aiops-datasource';

/** The shop is scraped every 15 s; every scrape is judged, so that a fault shows within minutes. */
const WATCH = { enabled: true, collectSeconds: 15, detectSeconds: 15, historyMinutes: 240 };

/** All detectors for what users notice, the light set for the rest: a laptop runs the whole demo. */
const DETECTION = { fullTierSeries: 60 };

/** Orders and money per minute, so that every report says what an incident costs. */
const IMPACT = {
  metrics: [
    { name: 'Revenue', query: 'sum(rate(shop_revenue_usd_total[1m]))', unit: 'USD' },
    { name: 'Orders placed', query: 'sum(rate(shop_orders_total{outcome="placed"}[1m]))', unit: 'orders' },
  ],
};

/** What provisioning would set up: Causeway and the three sources it reads. */
export function provisionDatasources(config: HostConfig): readonly HostDatasource[] {
  const upstream = (id: number, uid: string, name: string): HostDatasource => ({
    id,
    uid,
    name,
    type: name.toLowerCase(),
    isDefault: uid === 'prom',
    url: `${config.worldUrl}/${name.toLowerCase()}`,
  });
  return [
    upstream(1, 'prom', 'Prometheus'),
    upstream(2, 'loki', 'Loki'),
    upstream(3, 'tempo', 'Tempo'),
    { id: 4, uid: CAUSEWAY_UID, name: 'Causeway', type: CAUSEWAY_DATASOURCE_ID, isDefault: false, url: '' },
  ];
}

/** Settings that provisioning would write, with the addresses of this demo. */
export function provisionSettings(config: HostConfig, appId: string, nowMs: number): Map<string, StoredSettings> {
  const common = { enabled: true, pinned: true, updatedMs: nowMs };
  return new Map<string, StoredSettings>([
    [
      appId,
      {
        ...common,
        jsonData: { executorUrl: config.executorUrl, datasourceUid: CAUSEWAY_UID },
        secureJsonData: { executorToken: config.proxyToken },
      },
    ],
    [
      CAUSEWAY_UID,
      {
        ...common,
        jsonData: {
          namespace: 'shop',
          prometheus: { url: `${config.worldUrl}/prometheus` },
          loki: { url: `${config.worldUrl}/loki` },
          tempo: { url: `${config.worldUrl}/tempo` },
          executor: { url: config.executorUrl },
          watch: WATCH,
          detection: DETECTION,
          impact: IMPACT,
        },
        secureJsonData: { executorSigningKey: config.backendSigningKey },
      },
    ],
  ]);
}

/** Settings by key; empty ones where nothing was provisioned. */
export function readSettings(state: HostState, key: string): StoredSettings {
  return state.settings.get(key) ?? { enabled: true, pinned: false, jsonData: {}, secureJsonData: {}, updatedMs: 0 };
}
