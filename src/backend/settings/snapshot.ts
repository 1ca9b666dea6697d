import type { DatasourceSettings } from '#contracts';
import { BackendError } from '../errors.ts';
import type { PluginContext } from '../grpc/messages.ts';
import { parseSecrets, parseSettings, type Secrets } from './parse-settings.ts';

/** The settings of one datasource at one version. */
export interface SettingsSnapshot {
  readonly uid: string;
  /** Differs when anything about the settings may differ. */
  readonly key: string;
  readonly settings: DatasourceSettings;
  readonly secrets: Secrets;
}

/** Identity of a datasource and version of its settings, without reading them. */
export function snapshotKey(context: PluginContext | null): string {
  const { uid, lastUpdatedMS } = requireDatasource(context);
  return `${uid}\n${context?.namespace ?? ''}\n${context?.orgId ?? 0}\n${lastUpdatedMS}`;
}

/**
 * Reads the settings that came with a call.
 * @throws BackendError when the call has none or a field is not usable
 */
export function readSnapshot(context: PluginContext | null): SettingsSnapshot {
  const instance = requireDatasource(context);
  return {
    uid: instance.uid,
    key: snapshotKey(context),
    settings: parseSettings(instance.jsonData.toString('utf8')),
    secrets: parseSecrets(instance.decryptedSecureJsonData),
  };
}

function requireDatasource(context: PluginContext | null): NonNullable<PluginContext['dataSourceInstanceSettings']> {
  const instance = context?.dataSourceInstanceSettings;
  if (!instance?.uid) {
    throw new BackendError('CAUSEWAY_SETTINGS_MISSING', 'The call came without the settings of a data source.');
  }
  return instance;
}
