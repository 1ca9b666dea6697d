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
import type { ExecutorConnection } from '../executor/call-executor.ts';
import { createExecutorClient, type ExecutorClient } from '../executor/executor-client.ts';
import { type AlertLedger, createAlertLedger } from '../executor/alert-ledger.ts';
import { createRunLedger, type RunLedger } from '../executor/run-ledger.ts';
import type { Secrets } from '../settings/parse-settings.ts';
import type { SettingsSnapshot } from '../settings/snapshot.ts';
import {
  countBytes,
  recordGrafana,
  recordJaeger,
  recordLoki,
  recordPrometheus,
  recordTempo,
} from './record-queries.ts';

/** Clients of everything one datasource reads and calls; those that are not configured are undefined. */
export interface Upstreams {
  readonly prometheus: PrometheusClient;
  readonly loki: LokiClient | undefined;
  readonly tempo: TempoClient | undefined;
  readonly jaeger: JaegerClient | undefined;
  readonly grafana: GrafanaClient | undefined;
  readonly executor: ExecutorClient | undefined;
  /** Where investigations are kept: the executor. */
  readonly runs: RunLedger | undefined;
  /** Alerts that came to the executor by webhook. */
  readonly alerts: AlertLedger | undefined;
}

type UpstreamName = 'prometheus' | 'loki' | 'tempo' | 'jaeger' | 'grafana';

/**
 * Makes the clients of a datasource.
 * @throws BackendError or TelemetryError, naming the setting that cannot be used
 */
export function createUpstreams({ settings, secrets }: SettingsSnapshot): Upstreams {
  const { loki, tempo, jaeger, grafana, executor } = settings;
  const keeper = executor && toExecutorConnection(executor, secrets);
  return {
    prometheus: recordPrometheus(createPrometheusClient(toConnection('prometheus', settings.prometheus, secrets))),
    loki: loki && recordLoki(createLokiClient(toConnection('loki', loki, secrets))),
    tempo: tempo && recordTempo(createTempoClient(toConnection('tempo', tempo, secrets))),
    jaeger: jaeger && recordJaeger(createJaegerClient(toConnection('jaeger', jaeger, secrets))),
    grafana: grafana && recordGrafana(createGrafanaClient(toConnection('grafana', grafana, secrets))),
    executor: keeper && createExecutorClient(keeper),
    runs: keeper && createRunLedger(keeper),
    alerts: keeper && createAlertLedger(keeper),
  };
}

function toExecutorConnection(
  { url, timeoutSeconds }: NonNullable<DatasourceSettings['executor']>,
  { executorSigningKey, executorCa }: Secrets
): ExecutorConnection {
  if (!executorSigningKey) {
    throw new BackendError('CAUSEWAY_EXECUTOR_KEY', 'The executor has a URL but no signing key (executorSigningKey).');
  }
  return { url, signingKeyPem: executorSigningKey, timeoutSeconds, ...(executorCa ? { caPem: executorCa } : {}) };
}

function toConnection(name: UpstreamName, upstream: Upstream, secrets: Secrets): Connection {
  const caPem = secrets[`${name}Ca`];
  return {
    url: upstream.url,
    auth: toAuthentication(name, upstream, secrets[`${name}Secret`]),
    timeoutSeconds: upstream.timeoutSeconds,
    onReply: countBytes,
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
