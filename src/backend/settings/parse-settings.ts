import {
  DATASOURCE_SECRET_KEYS,
  datasourceSettingsSchema,
  type DatasourceSecretKey,
  type DatasourceSettings,
} from '#contracts';
import { BackendError } from '../errors.ts';

/** Decrypted secrets of a datasource, by the keys of the contract; empty ones are left out. */
export type Secrets = Readonly<Partial<Record<DatasourceSecretKey, string>>>;

const REMEDIES: Readonly<Record<string, string>> = {
  prometheus: 'Enter the base URL of Prometheus, for example http://prometheus:9090.',
  'prometheus.url': 'Enter the base URL of Prometheus, for example http://prometheus:9090.',
};

/**
 * Reads `jsonData` as Grafana sends it. Keys that Grafana adds to every datasource by itself are dropped.
 * @throws BackendError `CAUSEWAY_SETTINGS_INVALID`, naming the field
 */
export function parseSettings(jsonData: string): DatasourceSettings {
  const input = parseJson(jsonData);
  for (const key of GRAFANA_KEYS) {
    delete input[key];
  }
  const result = datasourceSettingsSchema.safeParse(input);
  if (result.success) {
    return result.data;
  }
  const issue = result.error.issues[0];
  const keys = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  const field = [...(issue?.path ?? []), ...keys.slice(0, 1)].join('.') || 'jsonData';
  const remedy = REMEDIES[field];
  throw new BackendError(
    'CAUSEWAY_SETTINGS_INVALID',
    `The setting ${field} is not usable: ${issue?.message ?? 'invalid'}.`,
    remedy ? { remedy } : {}
  );
}

/** Keeps the secrets of the contract. */
export function parseSecrets(decrypted: Readonly<Record<string, string>>): Secrets {
  const known = DATASOURCE_SECRET_KEYS.flatMap((key) => (decrypted[key] ? [[key, decrypted[key]] as const] : []));
  return Object.fromEntries(known);
}

/** Settings that Grafana keeps in any datasource's `jsonData`. */
const GRAFANA_KEYS = [
  'keepCookies',
  'oauthPassThru',
  'enableSecureSocksProxy',
  'manageAlerts',
  'pdcInjected',
  'tlsAuth',
  'tlsAuthWithCACert',
  'tlsSkipVerify',
  'serverName',
  'timeout',
];

function parseJson(jsonData: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(jsonData === '' ? '{}' : jsonData);
  } catch (cause) {
    throw new BackendError('CAUSEWAY_SETTINGS_INVALID', 'The settings (jsonData) are not JSON.', { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BackendError('CAUSEWAY_SETTINGS_INVALID', 'The settings (jsonData) are not an object.');
  }
  return { ...value };
}
