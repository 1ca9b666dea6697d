import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { followClock, systemClock } from '#telemetry';
import type { Action } from './actions/action.ts';
import { demoPlatform } from './actions/demo/demo-platform.ts';
import { type AnchorFile, anchorFile } from './audit/anchor.ts';
import type { ExecutorConfig } from './config.ts';
import { ConfigError, readConfig } from './config.ts';
import type { Executor } from './create-executor.ts';
import { createExecutor } from './create-executor.ts';
import { parseBackendKeys } from './identity/backend-token.ts';
import { grafanaKeys } from './identity/grafana-identity.ts';
import type { Log } from './log.ts';
import { describeError, jsonLog, redactor } from './log.ts';
import { loadScripts, type Scripts } from './actions/own/index.ts';
import { type Channels, loadChannels, NO_CHANNELS } from './notifications/index.ts';
import { type Endpoints, loadEndpoints, NO_ENDPOINTS } from './outbound/index.ts';
import { withPolicyFile } from './policy-file.ts';
import { prometheusReader } from './prometheus-reader.ts';
import { folderCatalogue } from './runbooks/folder-catalogue.ts';
import { CelThread } from './runbooks/index.ts';
import { openSqliteLedger } from './store/sqlite/open-ledger.ts';

const STOP_DEADLINE_MS = 15_000;
/** A bundle of its own: the thread must not load the native module of the ledger, which it has no use for. */
const CEL_THREAD = path.join(__dirname, 'cel-thread.cjs');

async function build(config: ExecutorConfig, log: Log, outbound: Outbound): Promise<Executor> {
  const { endpoints, channels, scripts, redact } = outbound;
  const trust = {
    proxyToken: config.proxyToken,
    alertToken: config.alertToken,
    grafanaAudience: config.grafanaAudience,
    grafanaKeys: loadGrafanaKeys(config),
    backendKeys: await loadBackendKeys(config),
  };
  const clock = config.clockUrl === undefined ? systemClock() : await demoClock(config.clockUrl);
  const { runbooksFolder, platformUrl, platformToken } = config;
  const ledger = await openLedger(config);
  return createExecutor({
    clock,
    log,
    trust,
    ledger,
    endpoints,
    channels,
    scripts,
    anchors: loadAnchors(config),
    ...(platformUrl === undefined || platformToken === undefined
      ? {}
      : { platform: demoPlatform({ url: platformUrl, token: platformToken, redact }) }),
    ...(runbooksFolder === undefined
      ? {}
      : { runbooks: folderCatalogue(runbooksFolder, new CelThread({ file: CEL_THREAD }), ledger) }),
    actions: await loadKubernetes(config, redact),
    metrics: prometheusReader(config.prometheusUrl, clock),
    policy: withPolicyFile(config.policy, config.policyFile),
    rateLimit: config.rateLimit,
  });
}

function loadAnchors({ anchor }: ExecutorConfig): AnchorFile | undefined {
  try {
    return anchor && anchorFile(anchor.file, anchor.keyPem);
  } catch {
    const remedy = 'Put an Ed25519 private key into the file, in PKCS #8 PEM.';
    throw new ConfigError('CAUSEWAY_AUDIT_ANCHOR_KEY_FILE', 'holds no private key', remedy);
  }
}

/** The client of Kubernetes is large: it is loaded only where there is a cluster. */
async function loadKubernetes(
  { kubeconfig }: ExecutorConfig,
  redact: (text: string) => string
): Promise<readonly Action[]> {
  if (!kubeconfig) {
    return [];
  }
  const { connectCluster } = await import('./actions/kubernetes/index.ts');
  return connectCluster(kubeconfig.clusterId, kubeconfig.source, redact);
}

/** Everything that leaves for somewhere else than a platform, and what hides its secrets. */
interface Outbound {
  readonly endpoints: Endpoints;
  readonly channels: Channels;
  readonly scripts: Scripts | undefined;
  readonly redact: (text: string) => string;
}

function loadOutbound({
  endpointsFile,
  channelsFile,
  scriptsFile,
  proxyToken,
  platformToken,
  alertToken,
}: ExecutorConfig): Outbound {
  const endpoints = endpointsFile === undefined ? NO_ENDPOINTS : loadEndpoints(endpointsFile);
  const channels = channelsFile === undefined ? NO_CHANNELS : loadChannels(channelsFile, endpoints);
  const scripts = scriptsFile === undefined ? undefined : loadScripts(scriptsFile);
  const secrets = [...endpoints.secrets, ...channels.secrets, ...(scripts?.secrets ?? [])];
  const own = [proxyToken, platformToken, alertToken].filter((token) => token !== undefined);
  return { endpoints, channels, scripts, redact: redactor([...own, ...secrets]) };
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
    const outbound = loadOutbound(config);
    log = jsonLog((line) => process.stderr.write(line), outbound.redact);
    const executor = await build(config, log, outbound);
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
