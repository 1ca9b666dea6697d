import type { ServiceName } from './service.ts';

/** Id of the app plugin; part of every address. */
export const APP_PLUGIN_ID = 'causeway-aiops-app';

/** Everything an RCA address can carry. All but `service` are optional; `from` and `to` are epoch ms or `now-1h` forms. */
export interface RcaTarget {
  readonly service: ServiceName;
  readonly namespace?: string;
  readonly env?: string;
  readonly from?: string;
  readonly to?: string;
  readonly metricsDs?: string;
  readonly logsDs?: string;
  readonly tracesDs?: string;
  readonly alertRule?: string;
  readonly fingerprint?: string;
}

const PARAMETERS = [
  ['service', 'service'],
  ['namespace', 'namespace'],
  ['env', 'env'],
  ['from', 'from'],
  ['to', 'to'],
  ['metricsDs', 'var-metricsDs'],
  ['logsDs', 'var-logsDs'],
  ['tracesDs', 'var-tracesDs'],
  ['alertRule', 'alertRule'],
  ['fingerprint', 'fingerprint'],
] as const satisfies readonly (readonly [keyof RcaTarget, string])[];

/** Half of a pair, which cannot be encoded. */
const LONE_SURROGATE = /\p{Cs}/gu;

/**
 * Builds the address of the RCA page (frozen URL contract). Empty values are left out.
 * @returns a path that starts with `/a/causeway-aiops-app/rca?`
 */
export function toRcaUrl(target: RcaTarget): string {
  const query = PARAMETERS.flatMap(([key, name]) => {
    const value = target[key];
    return value ? [`${name}=${encodeURIComponent(value.replaceAll(LONE_SURROGATE, '\ufffd'))}`] : [];
  });
  return `/a/${APP_PLUGIN_ID}/rca?${query.join('&')}`;
}

/**
 * Reads an RCA address or its query string; unknown keys are ignored, doubled slashes tolerated.
 * @returns undefined when `service` is missing
 */
export function parseRcaUrl(url: string): RcaTarget | undefined {
  const found = new Map<string, string>();
  for (const pair of url.slice(url.indexOf('?') + 1).split('&')) {
    const at = pair.indexOf('=');
    if (at > 0) {
      found.set(decode(pair.slice(0, at)), decode(pair.slice(at + 1)));
    }
  }
  const service = found.get('service');
  if (!service) {
    return undefined;
  }
  const target: Record<string, string> = {};
  for (const [key, name] of PARAMETERS) {
    const value = found.get(name);
    if (value) {
      target[key] = value;
    }
  }
  return { ...target, service };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
