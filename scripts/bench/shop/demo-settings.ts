import type { DatasourceSettings } from '#contracts';
import { parseSettings } from '../../../src/backend/settings/parse-settings.ts';
import { CAUSEWAY_UID, provisionSettings } from '../../../src/demo/host/server/host-state.ts';

const PATIENCE_SECONDS = 120;

/** The settings that the demo provisions, with other addresses and without an executor. */
export function demoSettings(
  worldUrl: string,
  { traces = false, llm }: { readonly traces?: boolean; readonly llm?: object } = {}
): DatasourceSettings {
  const host = { worldUrl, executorUrl: worldUrl, proxyToken: '', backendSigningKey: '', port: 0 };
  const provisioned = provisionSettings(
    { ...host, pluginDist: '', pageFolder: '', stateFolder: '' },
    'causeway-aiops-app',
    0
  ).get(CAUSEWAY_UID);
  const { executor: _executor, tempo, ...jsonData } = (provisioned?.jsonData ?? {}) as Record<string, unknown>;
  const more = { ...(traces ? { tempo } : {}), ...(llm === undefined ? {} : { llm }) };
  return patient(parseSettings(JSON.stringify({ ...jsonData, ...more })));
}

/** Store and backend share a process here, and a machine with other programs: a slow answer is none that is missing. */
function patient(settings: DatasourceSettings): DatasourceSettings {
  const { prometheus, loki, tempo } = settings;
  return {
    ...settings,
    prometheus: { ...prometheus, timeoutSeconds: PATIENCE_SECONDS },
    ...(loki ? { loki: { ...loki, timeoutSeconds: PATIENCE_SECONDS } } : {}),
    ...(tempo ? { tempo: { ...tempo, timeoutSeconds: PATIENCE_SECONDS } } : {}),
  };
}
