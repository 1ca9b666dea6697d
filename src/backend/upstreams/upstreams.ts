import type { DatasourceSettings, Upstream } from '#contracts';
import {
  createGrafanaClient,
  createJaegerClient,
  createLokiClient,
  createPrometheusClient,
  createTempoClient,
  type Authentication,
  type Connection,
  type GrafanaClient,
  type JaegerClient,
  type LokiClient,
  type PrometheusClient,
  type TempoClient,
} from '#telemetry';
import { BackendError } from '../errors.ts';
import { createExecutorClient, type ExecutorClient } from '../executor/executor-client.ts';
import type { Secrets } from '../settings/parse-settings.ts';
import type { SettingsSnapshot } from '../settings/snapshot.ts';

/** Clients of everything one datasource reads and calls; those that are not configured are undefined. */
export interface Upstreams {
  readonly prometheus: PrometheusClient;
  readonly loki: LokiClient | undefined;
  readonly tempo: TempoClient | undefined;
  readonly jaeger: JaegerClient | undefined;
  readonly grafana: GrafanaClient | undefined;
  readonly executor: ExecutorClient | undefined;
}

type UpstreamName = 'prometheus' | 'loki' | 'tempo' | 'jaeger' | 'grafana';

/**
 * Makes the clients of a datasource.
 * @throws BackendError or TelemetryError, naming the setting that cannot be used
 */
export function createUpstreams({ settings, secrets }: SettingsSnapshot): Upstreams {
  const { loki, tempo, jaeger, grafana, executor } = settings;
  return {
    prometheus: createPrometheusClient(toConnection('prometheus', settings.prometheus, secrets)),
    loki: loki && createLokiClient(toConnection('loki', loki, secrets)),
    tempo: tempo && createTempoClient(toConnection('tempo', tempo, secrets)),
    jaeger: jaeger && createJaegerClient(toConnection('jaeger', jaeger, secrets)),
    grafana: grafana && createGrafanaClient(toConnection('grafana', grafana, secrets)),
    executor: executor && createExecutor(executor, secrets),
  };
}

function createExecutor(executor: NonNullable<DatasourceSettings['executor']>, secrets: Secrets): ExecutorClient {
  const { executorSigningKey, executorCa } = secrets;
  if (!executorSigningKey) {
    throw new BackendError('CAUSEWAY_EXECUTOR_KEY', 'The executor has a URL but no signing key (executorSigningKey).');
  }
  return createExecutorClient({
    url: executor.url,
    signingKeyPem: executorSigningKey,
    timeoutSeconds: executor.timeoutSeconds,
    ...(executorCa ? { caPem: executorCa } : {}),
  });
}

function toConnection(name: UpstreamName, upstream: Upstream, secrets: Secrets): Connection {
  const caPem = secrets[`${name}Ca`];
  return {
    url: upstream.url,
    auth: toAuthentication(name, upstream, secrets[`${name}Secret`]),
    timeoutSeconds: upstream.timeoutSeconds,
    ...(caPem ? { caPem } : {}),
  };
}

function toAuthentication(name: UpstreamName, upstream: Upstream, secret: string | undefined): Authentication {
  if (upstream.auth === 'none') {
    return { kind: 'none' };
  }
  if (!secret) {
    throw missing(`${name}Secret`, `authentication "${upstream.auth}" of ${name} needs it`);
  }
  switch (upstream.auth) {
    case 'basic':
      if (!upstream.user) {
        throw missing(`${name}.user`, `basic authentication of ${name} needs it`);
      }
      return { kind: 'basic', user: upstream.user, password: secret };
    case 'bearer':
      return { kind: 'bearer', token: secret };
    case 'header':
      if (!upstream.headerName) {
        throw missing(`${name}.headerName`, `custom-header authentication of ${name} needs it`);
      }
      return { kind: 'header', name: upstream.headerName, value: secret };
  }
}

function missing(field: string, why: string): BackendError {
  return new BackendError('CAUSEWAY_SETTINGS_INVALID', `The setting ${field} is empty: ${why}.`);
}
