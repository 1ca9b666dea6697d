import type { AddressInfo } from 'node:net';
import { followClock, systemClock } from '#telemetry';
import { demoPlatform } from './actions/demo/demo-platform.ts';
import type { ExecutorConfig } from './config.ts';
import { ConfigError, readConfig } from './config.ts';
import type { Executor } from './create-executor.ts';
import { createExecutor } from './create-executor.ts';
import { parseBackendKeys } from './identity/backend-token.ts';
import { grafanaKeys } from './identity/grafana-identity.ts';
import type { Log } from './log.ts';
import { describeError, jsonLog, redactor } from './log.ts';
import { prometheusReader } from './prometheus-reader.ts';
import { openSqliteLedger } from './store/sqlite/open-ledger.ts';

const STOP_DEADLINE_MS = 15_000;

async function build(config: ExecutorConfig, log: Log, redact: (text: string) => string): Promise<Executor> {
  const trust = {
    proxyToken: config.proxyToken,
    grafanaAudience: config.grafanaAudience,
    grafanaKeys: loadGrafanaKeys(config),
    backendKeys: await loadBackendKeys(config),
  };
  const clock = config.clockUrl === undefined ? systemClock() : await demoClock(config.clockUrl);
  return createExecutor({
    clock,
    log,
    trust,
    ledger: await openLedger(config),
    platform: demoPlatform({ url: config.platformUrl, token: config.platformToken, redact }),
    metrics: prometheusReader(config.prometheusUrl, clock),
    policy: config.policy,
    rateLimit: config.rateLimit,
  });
}

async function demoClock(url: string) {
  const clock = followClock(url);
  await clock.ready;
  return clock;
}

async function openLedger({ ledgerFile }: ExecutorConfig) {
  try {
    return await openSqliteLedger(ledgerFile);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY') {
      throw new ConfigError('CAUSEWAY_LEDGER', 'is in use by another executor', 'Stop that one, or name another file.');
    }
    throw error;
  }
}

function loadGrafanaKeys({ grafanaKeys: source }: ExecutorConfig) {
  try {
    return grafanaKeys(source);
  } catch {
    throw new ConfigError(
      'CAUSEWAY_GRAFANA_KEYS',
      'is not a JWKS',
      'Set it to a JWKS address or a readable JWKS file.'
    );
  }
}

async function loadBackendKeys({ backendKeyPem }: ExecutorConfig) {
  try {
    return await parseBackendKeys(backendKeyPem);
  } catch {
    const remedy = 'Put the Ed25519 public key of the backend into the file, in SPKI PEM.';
    throw new ConfigError('CAUSEWAY_BACKEND_KEY_FILE', 'holds no public key', remedy);
  }
}

function stopOnSignal(executor: Executor, log: Log): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) {
      return;
    }
    stopping = true;
    log.info('stopping', { signal });
    setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
    executor.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error('stopping failed', { error: describeError(error) });
        process.exit(1);
      }
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

async function main(): Promise<void> {
  let log = jsonLog((line) => process.stderr.write(line), redactor([]));
  try {
    const config = readConfig(process.env);
    const redact = redactor([config.proxyToken, config.platformToken]);
    log = jsonLog((line) => process.stderr.write(line), redact);
    const executor = await build(config, log, redact);
    stopOnSignal(executor, log);
    await executor.start();
    await executor.app.listen({ host: config.host, port: config.port });
    const { port } = executor.app.server.address() as AddressInfo;
    process.stdout.write(`${JSON.stringify({ event: 'listening', port })}\n`);
  } catch (error) {
    log.error('cannot start', { error: describeError(error) });
    process.exit(1);
  }
}

void main();
