import { accessSync } from 'node:fs';
import path from 'node:path';
import { type Child, describe, startChild } from './child.ts';
import { DemoError } from './errors.ts';
import type { DemoOptions } from './options.ts';
import { claimPort } from './ports.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

/** Where the built files lie. */
export interface DemoFiles {
  readonly world: string;
  readonly executor: string;
  readonly host: string;
  readonly page: string;
  readonly pluginDist: string;
  /** Folder of runbooks. */
  readonly runbooks: string;
}

/** A demo that answers. */
export interface Demo {
  readonly url: string;
  readonly worldUrl: string;
  readonly executorUrl: string;
  readonly children: readonly Child[];
  /** Rejects when a process ends by itself. */
  readonly broken: Promise<never>;
  /** Stops every process and removes the private files. Safe to call twice. */
  stop(): Promise<void>;
}

const WORLD_DEADLINE_MS = 60_000;
const PROCESS_DEADLINE_MS = 30_000;
const BACKEND_DEADLINE_MS = 30_000;
const POLL_MS = 100;

/** The built files beside the orchestrator's own bundle in `build/`. */
export function locateFiles(buildFolder: string): DemoFiles {
  return {
    world: path.join(buildFolder, 'world.cjs'),
    executor: path.join(buildFolder, 'executor.cjs'),
    host: path.join(buildFolder, 'host', 'server.cjs'),
    page: path.join(buildFolder, 'host', 'page'),
    pluginDist: path.join(buildFolder, '..', 'dist'),
    runbooks: path.join(buildFolder, '..', 'provisioning', 'runbooks'),
  };
}

/**
 * Starts shop, executor and host (which starts the backend), each after the one it needs.
 * @param signal stops the start half-way
 * @param onStep told what is being started
 * @throws DemoError; everything that was started is stopped again
 */
export async function startDemo(
  options: Pick<DemoOptions, 'port' | 'seed' | 'speed' | 'historyMinutes'>,
  files: DemoFiles,
  signal: AbortSignal,
  onStep: (step: string) => void
): Promise<Demo> {
  for (const file of Object.values(files) as string[]) {
    requireFile(file);
  }
  const port = await claimPort(options.port);
  const workspace = createWorkspace();
  const children: Child[] = [];
  const stop = async (): Promise<void> => {
    // Backwards: nobody should lose the process it still needs to stop in order.
    for (const child of children.toReversed()) {
      await child.stop();
    }
    workspace.remove();
  };
  try {
    onStep(`simulating ${options.historyMinutes} minutes of the shop`);
    const world = await startWorld(options, files, { workspace, signal });
    children.push(world);
    const worldUrl = `http://127.0.0.1:${world.port}`;
    onStep('starting the executor');
    const executor = await startExecutor(worldUrl, port, files, { workspace, signal });
    children.push(executor);
    const executorUrl = `http://127.0.0.1:${executor.port}`;
    onStep('starting the page and the backend');
    const host = await startHost({ worldUrl, executorUrl, port }, files, { workspace, signal });
    children.push(host);
    const url = `http://127.0.0.1:${host.port}`;
    await waitForBackend(url, host, signal);
    return { url, worldUrl, executorUrl, children, broken: watch(children), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What every process of one run shares. */
interface Run {
  readonly workspace: Workspace;
  readonly signal: AbortSignal;
}

function startWorld(
  options: Pick<DemoOptions, 'seed' | 'speed' | 'historyMinutes'>,
  files: DemoFiles,
  { workspace, signal }: Run
): Promise<Child> {
  return startChild({
    name: 'simulated shop',
    script: files.world,
    guardFile: workspace.guardFile,
    signal,
    deadlineMs: WORLD_DEADLINE_MS,
    environment: {
      CAUSEWAY_WORLD_PORT: '0',
      CAUSEWAY_SEED: options.seed,
      CAUSEWAY_SPEED: String(options.speed),
      CAUSEWAY_HISTORY_MINUTES: String(options.historyMinutes),
      CAUSEWAY_PLATFORM_TOKEN: workspace.platformToken,
    },
  });
}

function startExecutor(
  worldUrl: string,
  hostPort: number,
  files: DemoFiles,
  { workspace, signal }: Run
): Promise<Child> {
  return startChild({
    name: 'executor',
    script: files.executor,
    guardFile: workspace.guardFile,
    signal,
    deadlineMs: PROCESS_DEADLINE_MS,
    environment: {
      CAUSEWAY_EXECUTOR_HOST: '127.0.0.1',
      CAUSEWAY_EXECUTOR_PORT: '0',
      CAUSEWAY_LEDGER: workspace.ledgerFile,
      CAUSEWAY_PROMETHEUS_URL: `${worldUrl}/prometheus`,
      CAUSEWAY_PROXY_TOKEN_FILE: workspace.proxyTokenFile,
      CAUSEWAY_ALERT_TOKEN_FILE: workspace.alertTokenFile,
      CAUSEWAY_GRAFANA_KEYS: `http://127.0.0.1:${hostPort}/api/signing-keys/keys`,
      CAUSEWAY_BACKEND_KEY_FILE: workspace.backendPublicKeyFile,
      CAUSEWAY_RUNBOOKS: files.runbooks,
      CAUSEWAY_PLATFORM_URL: `${worldUrl}/shop/v1`,
      CAUSEWAY_PLATFORM_TOKEN_FILE: workspace.platformTokenFile,
      CAUSEWAY_CLOCK_URL: `${worldUrl}/shop/v1/clock`,
      CAUSEWAY_APPROVAL_TTL_SECONDS: '1800',
    },
  });
}

function startHost(
  at: { readonly worldUrl: string; readonly executorUrl: string; readonly port: number },
  files: DemoFiles,
  { workspace, signal }: Run
): Promise<Child> {
  return startChild({
    name: 'plugin host',
    script: files.host,
    guardFile: workspace.guardFile,
    signal,
    deadlineMs: PROCESS_DEADLINE_MS,
    environment: {
      CAUSEWAY_HOST_PORT: String(at.port),
      CAUSEWAY_WORLD_URL: at.worldUrl,
      CAUSEWAY_EXECUTOR_URL: at.executorUrl,
      CAUSEWAY_PLUGIN_DIST: files.pluginDist,
      CAUSEWAY_HOST_PAGE: files.page,
      CAUSEWAY_STATE_DIR: workspace.folder,
      CAUSEWAY_PROXY_TOKEN_FILE: workspace.proxyTokenFile,
      CAUSEWAY_ALERT_TOKEN_FILE: workspace.alertTokenFile,
      CAUSEWAY_BACKEND_SIGNING_KEY_FILE: workspace.backendPrivateKeyFile,
    },
  });
}

/** Waits until every process behind the page says that it runs. */
async function waitForBackend(url: string, host: Child, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + BACKEND_DEADLINE_MS;
  let states = '';
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    const answer = await fetch(`${url}/demo/processes`, { signal: AbortSignal.timeout(POLL_MS * 50) }).catch(
      () => null
    );
    const body = (await answer?.json().catch(() => null)) as { processes?: { name: string; state: string }[] } | null;
    const processes = body?.processes ?? [];
    if (processes.length > 0 && processes.every((item) => item.state === 'running')) {
      return;
    }
    states = processes.map((item) => `${item.name}: ${item.state}`).join(', ');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const late = new DemoError(
    'CAUSEWAY_DEMO_TIMEOUT',
    `The demo was not ready in ${BACKEND_DEADLINE_MS / 1000} s (${states})`
  );
  throw describe(late, host.lastLines());
}

async function watch(children: readonly Child[]): Promise<never> {
  const { child, reason } = await Promise.race(
    children.map(async (item) => ({ child: item, reason: await item.ended }))
  );
  throw describe(new DemoError('CAUSEWAY_DEMO_CHILD_ENDED', `The ${child.name} ended (${reason})`), child.lastLines());
}

function requireFile(file: string): void {
  try {
    accessSync(file);
  } catch (cause) {
    throw new DemoError('CAUSEWAY_DEMO_NOT_BUILT', `${path.basename(file)} is missing`, { cause });
  }
}
