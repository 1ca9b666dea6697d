import { datasourceSettingsSchema, type DatasourceSettings, type Upstream } from '#contracts';
import type { DatasourceJsonData } from './datasource.ts';

/** Keys of `jsonData` that say where something is reached. */
export type UpstreamKey = 'prometheus' | 'loki' | 'tempo' | 'executor';

/** Messages by dotted path, for example `prometheus.url`. Empty when the settings are valid. */
export type SettingsErrors = Readonly<Record<string, string>>;

const MESSAGES: Readonly<Record<string, string>> = {
  url: 'Enter a whole URL that begins with http:// or https://',
  baseUrl: 'Enter a whole URL that begins with http:// or https://',
  headerName: 'Use letters, digits and hyphens only, at most 64',
  timeoutSeconds: 'Enter a number of seconds within the range',
  detectSeconds: 'Enter a number of seconds from 5 to 600',
  historyMinutes: 'Enter a number of minutes from 30 to 10080',
  namespace: 'At most 63 characters',
  prometheus: 'Prometheus is required: enter its URL',
};

/** Checks the settings against the contract that the backend enforces, and says per field what to enter. */
export function checkDatasourceSettings(jsonData: DatasourceJsonData): SettingsErrors {
  const parsed = datasourceSettingsSchema.safeParse(toContract(jsonData));
  if (parsed.success) {
    return {};
  }
  return Object.fromEntries(
    parsed.error.issues.map(({ path, message }) => {
      const field = path.length === 1 && path[0] === 'prometheus' ? 'prometheus.url' : path.join('.');
      return [field, MESSAGES[String(path.at(-1))] ?? message];
    })
  );
}

/** The part of `jsonData` that is ours; Grafana adds keys of its own, which the strict contract would refuse. */
function toContract(jsonData: DatasourceJsonData): Partial<DatasourceSettings> {
  const { prometheus, loki, tempo, executor, namespace, watch, llm } = jsonData;
  return { prometheus, loki, tempo, executor, namespace, watch, llm } as Partial<DatasourceSettings>;
}

/** Changes one upstream. An empty URL removes it with all that belongs to it, so that no half-filled one is saved. */
export function changeUpstream(
  jsonData: DatasourceJsonData,
  key: UpstreamKey,
  change: Partial<Upstream>
): DatasourceJsonData {
  const next = { ...jsonData[key], ...change } as Upstream;
  const { [key]: _old, ...rest } = jsonData;
  return next.url === undefined || next.url.trim() === '' ? rest : { ...rest, [key]: withoutUndefined(next) };
}

/** Changes the watch or the language model; undefined values fall back to the contract's defaults. */
export function changeGroup<K extends 'watch' | 'llm'>(
  jsonData: DatasourceJsonData,
  key: K,
  change: Partial<DatasourceSettings[K]>
): DatasourceJsonData {
  return { ...jsonData, [key]: withoutUndefined({ ...jsonData[key], ...change }) };
}

/** A number from an input; undefined when the field is empty, so that the default applies. */
export function readNumber(text: string): number | undefined {
  return text.trim() === '' ? undefined : Number(text);
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined && item !== '')) as T;
}
