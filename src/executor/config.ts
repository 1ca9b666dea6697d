import { readFileSync } from 'node:fs';
import type { KubeconfigSource } from './actions/kubernetes/kubeconfig.ts';
import type { RateLimit } from './http/rate-limit.ts';
import type { ExecutorPolicy } from './policy.ts';
import { DEFAULT_POLICY } from './policy.ts';

/** Settings of the process, all from environment variables; see {@link readConfig}. */
export interface ExecutorConfig {
  readonly host: string;
  readonly port: number;
  readonly ledgerFile: string;
  readonly prometheusUrl: string;
  /** Missing: there is no simulated shop. */
  readonly platformUrl: string | undefined;
  readonly clockUrl: string | undefined;
  readonly grafanaKeys: string;
  readonly grafanaAudience: string;
  readonly backendKeyPem: string;
  readonly proxyToken: string;
  readonly platformToken: string | undefined;
  /** Missing: nobody can tell of alerts. */
  readonly alertToken: string | undefined;
  readonly runbooksFolder: string | undefined;
  readonly kubeconfig: { readonly clusterId: string; readonly source: KubeconfigSource } | undefined;
  readonly endpointsFile: string | undefined;
  readonly channelsFile: string | undefined;
  readonly scriptsFile: string | undefined;
  readonly policyFile: string | undefined;
  readonly anchor: { readonly file: string; readonly keyPem: string } | undefined;
  readonly policy: ExecutorPolicy;
  readonly rateLimit: RateLimit;
}

/** A setting that cannot be used. The message names the variable and the remedy, never its value. */
export class ConfigError extends Error {
  constructor(field: string, problem: string, remedy: string) {
    super(`${field} ${problem}. ${remedy}`);
    this.name = 'ConfigError';
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

const PLACEHOLDER = /^<.*>$|change.?me|placeholder|example|your[-_ ]|^(secret|password|token|test|admin|todo|xxx+)$/i;
const MIN_SECRET_LENGTH = 16;

/**
 * Reads the settings.
 *
 * | variable | default | meaning |
 * |---|---|---|
 * | CAUSEWAY_EXECUTOR_HOST, CAUSEWAY_EXECUTOR_PORT | 127.0.0.1, 8090 | where to listen; port 0 takes any |
 * | CAUSEWAY_LEDGER | - | SQLite file |
 * | CAUSEWAY_PROMETHEUS_URL | - | Prometheus for verification |
 * | CAUSEWAY_PROXY_TOKEN_FILE | - | bearer that Grafana's proxy route adds |
 * | CAUSEWAY_ALERT_TOKEN_FILE | - | bearer of the webhook of alerts; alerts are refused without |
 * | CAUSEWAY_GRAFANA_KEYS, CAUSEWAY_GRAFANA_AUDIENCE | -, org:1 | JWKS address or file; audience of id tokens |
 * | CAUSEWAY_BACKEND_KEY_FILE | - | Ed25519 public key(s) of the backend, PEM |
 * | CAUSEWAY_PLATFORM_URL, CAUSEWAY_PLATFORM_TOKEN_FILE | - | the simulated shop's control API; none without |
 * | CAUSEWAY_KUBECONFIG, CAUSEWAY_CLUSTER | -, default | kubeconfig file, or `in-cluster`; name of the cluster; none without |
 * | CAUSEWAY_RUNBOOKS | - | folder of runbooks; none without |
 * | CAUSEWAY_ENDPOINTS_FILE, CAUSEWAY_CHANNELS_FILE, CAUSEWAY_SCRIPTS_FILE | - | what steps may call, where people are told |
 * | CAUSEWAY_AUDIT_ANCHOR_FILE, CAUSEWAY_AUDIT_ANCHOR_KEY_FILE | - | signed copies of the audit's head, on another volume |
 * | CAUSEWAY_POLICY_FILE | - | guard rails, autonomy and who is told about every plan, as JSON |
 * | CAUSEWAY_CLOCK_URL | - | follow the demo's simulated time |
 * | CAUSEWAY_APPROVAL_TTL_SECONDS | 1800 | approval period |
 * | CAUSEWAY_PEAK_HOURS, CAUSEWAY_TIME_ZONE | 10-12,14-16, UTC | hours with higher risk; empty for none |
 * | CAUSEWAY_VERIFY_SETTLE_SECONDS, _INTERVAL_SECONDS, _PASSES, _TIMEOUT_SECONDS | 30, 15, 3, 600 | verification |
 * | CAUSEWAY_SWEEP_INTERVAL_SECONDS | 15 | look at open incidents and expired approvals |
 * | CAUSEWAY_RATE_LIMIT_PER_SECOND, CAUSEWAY_RATE_LIMIT_BURST | 50, 200 | per caller |
 *
 * @throws ConfigError for the first variable that is missing, malformed or a placeholder
 */
export function readConfig(env: Environment): ExecutorConfig {
  const ledgerFile = required(env, 'CAUSEWAY_LEDGER', 'Set it to the path of the SQLite file.');
  if (ledgerFile === ':memory:') {
    throw new ConfigError('CAUSEWAY_LEDGER', 'keeps nothing', 'Set it to the path of a file on a durable disk.');
  }
  const proxyToken = readSecret(env, 'CAUSEWAY_PROXY_TOKEN_FILE');
  return {
    host: env['CAUSEWAY_EXECUTOR_HOST'] ?? '127.0.0.1',
    port: number(env, 'CAUSEWAY_EXECUTOR_PORT', 8090, { minimum: 0, maximum: 65_535, integer: true }),
    ledgerFile,
    prometheusUrl: httpUrl(env, 'CAUSEWAY_PROMETHEUS_URL'),
    platformUrl: env['CAUSEWAY_PLATFORM_URL'] ? httpUrl(env, 'CAUSEWAY_PLATFORM_URL') : undefined,
    clockUrl: env['CAUSEWAY_CLOCK_URL'] ? httpUrl(env, 'CAUSEWAY_CLOCK_URL') : undefined,
    grafanaKeys: required(env, 'CAUSEWAY_GRAFANA_KEYS', 'Set it to <grafana>/api/signing-keys/keys or a JWKS file.'),
    grafanaAudience: env['CAUSEWAY_GRAFANA_AUDIENCE'] ?? 'org:1',
    backendKeyPem: readSecret(env, 'CAUSEWAY_BACKEND_KEY_FILE'),
    proxyToken,
    alertToken: readAlertToken(env, proxyToken),
    platformToken: env['CAUSEWAY_PLATFORM_URL'] ? readSecret(env, 'CAUSEWAY_PLATFORM_TOKEN_FILE') : undefined,
    kubeconfig: readKubeconfig(env),
    runbooksFolder: given(env, 'CAUSEWAY_RUNBOOKS'),
    endpointsFile: given(env, 'CAUSEWAY_ENDPOINTS_FILE'),
    channelsFile: given(env, 'CAUSEWAY_CHANNELS_FILE'),
    scriptsFile: given(env, 'CAUSEWAY_SCRIPTS_FILE'),
    policyFile: given(env, 'CAUSEWAY_POLICY_FILE'),
    anchor: readAnchor(env),
    policy: readPolicy(env),
    rateLimit: {
      perSecond: number(env, 'CAUSEWAY_RATE_LIMIT_PER_SECOND', 50, { minimum: 1, maximum: 100_000 }),
      burst: number(env, 'CAUSEWAY_RATE_LIMIT_BURST', 200, { minimum: 1, maximum: 100_000 }),
    },
  };
}

/** Tells of alerts, and must not be what speaks for persons. */
function readAlertToken(env: Environment, proxyToken: string): string | undefined {
  const name = 'CAUSEWAY_ALERT_TOKEN_FILE';
  const token = given(env, name) === undefined ? undefined : readSecret(env, name);
  if (token === proxyToken) {
    throw new ConfigError(name, 'holds the token of CAUSEWAY_PROXY_TOKEN_FILE', 'Make a token of its own.');
  }
  return token;
}

function given(env: Environment, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

function readAnchor(env: Environment): ExecutorConfig['anchor'] {
  const file = given(env, 'CAUSEWAY_AUDIT_ANCHOR_FILE');
  return file === undefined ? undefined : { file, keyPem: readSecret(env, 'CAUSEWAY_AUDIT_ANCHOR_KEY_FILE') };
}

function readKubeconfig(env: Environment): ExecutorConfig['kubeconfig'] {
  const where = given(env, 'CAUSEWAY_KUBECONFIG');
  const clusterId = given(env, 'CAUSEWAY_CLUSTER') ?? 'default';
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(clusterId)) {
    throw new ConfigError('CAUSEWAY_CLUSTER', 'is not a name', 'Write lower-case letters, digits and "-".');
  }
  if (where === undefined) {
    return undefined;
  }
  return { clusterId, source: where === 'in-cluster' ? { kind: 'in-cluster' } : { kind: 'file', file: where } };
}

function readPolicy(env: Environment): ExecutorPolicy {
  const seconds = (name: string, fallback: number, minimum: number, maximum: number) =>
    number(env, name, fallback, { minimum, maximum });
  const { verification } = DEFAULT_POLICY;
  return {
    ...DEFAULT_POLICY,
    approvalTtlSeconds: seconds('CAUSEWAY_APPROVAL_TTL_SECONDS', DEFAULT_POLICY.approvalTtlSeconds, 1, 86_400),
    peakHours: readPeakHours(env),
    timeZone: readTimeZone(env),
    verification: {
      settleSeconds: seconds('CAUSEWAY_VERIFY_SETTLE_SECONDS', verification.settleSeconds, 0, 3600),
      intervalSeconds: seconds('CAUSEWAY_VERIFY_INTERVAL_SECONDS', verification.intervalSeconds, 0.05, 3600),
      consecutivePasses: number(env, 'CAUSEWAY_VERIFY_PASSES', verification.consecutivePasses, {
        minimum: 1,
        maximum: 100,
        integer: true,
      }),
      timeoutSeconds: seconds('CAUSEWAY_VERIFY_TIMEOUT_SECONDS', verification.timeoutSeconds, 0.1, 86_400),
    },
    sweepIntervalSeconds: seconds('CAUSEWAY_SWEEP_INTERVAL_SECONDS', DEFAULT_POLICY.sweepIntervalSeconds, 0.05, 3600),
  };
}

function readPeakHours(env: Environment): ExecutorPolicy['peakHours'] {
  const text = env['CAUSEWAY_PEAK_HOURS'];
  if (text === undefined) {
    return DEFAULT_POLICY.peakHours;
  }
  return text
    .split(',')
    .filter((range) => range.trim() !== '')
    .map((range) => {
      const [fromHour, toHour] = (/^\s*(\d{1,2})-(\d{1,2})\s*$/.exec(range)?.slice(1) ?? []).map(Number);
      if (fromHour === undefined || toHour === undefined || fromHour >= toHour || toHour > 24) {
        throw new ConfigError('CAUSEWAY_PEAK_HOURS', 'is not a list of hours', 'Write it like 10-12,14-16.');
      }
      return { fromHour, toHour };
    });
}

function readTimeZone(env: Environment): string {
  const timeZone = env['CAUSEWAY_TIME_ZONE'] ?? DEFAULT_POLICY.timeZone;
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone }).resolvedOptions().timeZone;
  } catch {
    throw new ConfigError('CAUSEWAY_TIME_ZONE', 'is not a time zone', 'Write it like Europe/Berlin.');
  }
}

function required(env: Environment, name: string, remedy: string): string {
  const value = env[name]?.trim();
  if (!value) {
    throw new ConfigError(name, 'is not set', remedy);
  }
  return value;
}

function httpUrl(env: Environment, name: string): string {
  const value = required(env, name, 'Set it to an http or https address.');
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    throw new ConfigError(name, 'is not an http or https address', 'Write it like http://127.0.0.1:9090.');
  }
  return value.replace(/\/+$/, '');
}

function number(
  env: Environment,
  name: string,
  fallback: number,
  { minimum, maximum, integer = false }: { minimum: number; maximum: number; integer?: boolean }
): number {
  const text = env[name];
  const value = text === undefined || text.trim() === '' ? fallback : Number(text);
  if (!(value >= minimum && value <= maximum) || (integer && !Number.isInteger(value))) {
    const kind = integer ? 'a whole number' : 'a number';
    throw new ConfigError(name, 'is out of range', `Set it to ${kind} from ${minimum} to ${maximum}.`);
  }
  return value;
}

function readSecret(env: Environment, name: string): string {
  const file = required(env, name, 'Set it to the path of the file that holds it.');
  let value: string;
  try {
    value = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw Object.assign(new ConfigError(name, 'cannot be read', 'Check path and permissions of the file.'), { cause });
  }
  if (value.length < MIN_SECRET_LENGTH || PLACEHOLDER.test(value)) {
    throw new ConfigError(
      name,
      'holds a placeholder or too little',
      `Put at least ${MIN_SECRET_LENGTH} random characters into the file.`
    );
  }
  return value;
}
