import { datasourceSettingsSchema, type DatasourceSettings, type Upstream } from '#contracts';
import type { DatasourceJsonData } from './datasource.ts';

/** Keys of `jsonData` that say where something is reached. */
export type UpstreamKey = 'prometheus' | 'loki' | 'tempo' | 'jaeger' | 'grafana' | 'executor';

/** Messages by dotted path, for example `prometheus.url`. Empty when the settings are valid. */
export type SettingsErrors = Readonly<Record<string, string>>;

const MESSAGES: Readonly<Record<string, string>> = {
  url: 'Enter a whole URL that begins with http:// or https://',
  baseUrl: 'Enter a whole URL that begins with http:// or https://',
  headerName: 'Use letters, digits and hyphens only, at most 64',
  timeoutSeconds: 'Enter a number of seconds within the range',
  collectSeconds: 'Enter a number of seconds from 5 to 600',
  detectSeconds: 'Enter a number of seconds from 5 to 3600',
  historyMinutes: 'Enter a number of minutes from 30 to 43200 (30 days)',
  fitHour: 'Enter a whole hour from 0 to 23',
  lambda: 'Enter a number from 0.01 to 1',
  sigma: 'Enter a number from 1 to 10',
  contamination: 'Enter a share from 0 to 0.5, or leave it empty',
  fullTierSeries: 'Enter a whole number from 0 to 5000',
  timeZone: 'Enter a time zone such as Europe/Berlin',
  name: 'Begin with a lower-case letter; then letters, digits, - and _; at most 60',
  query: 'Enter PromQL, at most 2000 characters',
  serviceLabel: 'Enter the name of a label: letters, digits and _',
  limit: 'Enter a number above 0, or leave it empty',
  lookbackMinutes: 'Enter a whole number of minutes from 15 to 10080 (7 days)',
  staleMinutes: 'Enter a whole number of minutes from 5 to 10080',
  teamLabel: 'Enter the name of a Kubernetes label, such as team or example.com/team',
  file: 'At most 262144 characters',
  namespace: 'At most 63 characters',
  prometheus: 'Prometheus is required: enter its URL',
};

/** Where a field of the same name means something else. */
const IMPACT_MESSAGES: Readonly<Record<string, string>> = {
  ...MESSAGES,
  name: 'Enter a name, at most 60 characters',
  unit: 'Enter what is counted, such as USD or orders, at most 20 characters',
};

/** Checks the settings against the contract that the backend enforces, and says per field what to enter. */
export function checkDatasourceSettings(jsonData: DatasourceJsonData): SettingsErrors {
  const parsed = datasourceSettingsSchema.safeParse(toContract(jsonData));
  if (parsed.success) {
    return checkTogether(parsed.data);
  }
  return Object.fromEntries(
    parsed.error.issues.map(({ path, message }) => {
      const field = path.length === 1 && path[0] === 'prometheus' ? 'prometheus.url' : path.join('.');
      const texts = path[0] === 'impact' ? IMPACT_MESSAGES : MESSAGES;
      return [field, texts[String(path.at(-1))] ?? message];
    })
  );
}

/** What no single field can tell: intervals that do not fit, a zone nobody knows, two signals of one name. */
function checkTogether({ watch, detection }: DatasourceSettings): SettingsErrors {
  const names = detection.signals.map(({ name }) => name);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  return {
    ...(watch.detectSeconds % watch.collectSeconds === 0
      ? {}
      : { 'watch.detectSeconds': 'Enter a multiple of the interval in which signals are read' }),
    ...(isTimeZone(detection.timeZone) ? {} : { 'detection.timeZone': MESSAGES.timeZone ?? '' }),
    ...(twice === -1 ? {} : { [`detection.signals.${twice}.name`]: 'Another signal has this name' }),
  };
}

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).format(0) !== '';
  } catch {
    return false;
  }
}

/** The part of `jsonData` that is ours; Grafana adds keys of its own, which the strict contract would refuse. */
function toContract(jsonData: DatasourceJsonData): Partial<DatasourceSettings> {
  const { prometheus, loki, tempo, jaeger, grafana, executor, namespace } = jsonData;
  const { watch, detection, topology, changes, impact, llm } = jsonData;
  const groups = { watch, detection, topology, changes, impact, llm };
  return { prometheus, loki, tempo, jaeger, grafana, executor, namespace, ...groups } as Partial<DatasourceSettings>;
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

/** Changes one group of settings; undefined values fall back to the contract's defaults. */
export function changeGroup<K extends 'watch' | 'detection' | 'topology' | 'changes' | 'impact' | 'llm'>(
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
