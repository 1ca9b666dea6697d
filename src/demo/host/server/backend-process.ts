import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type BackendClient, connectBackend } from './backend-client.ts';
import { HostError } from './errors.ts';

const START_TIMEOUT_MS = 60_000;
const RESTART_AFTER_MS = 1000;
const KILL_AFTER_MS = 2000;
const KEPT_LOG_LINES = 50;

/** How a backend is started. */
export interface BackendLaunch {
  readonly executable: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Receives each line that the backend logs. */
  readonly onLog: (line: string) => void;
  /** Called each time the backend serves (again). */
  readonly onReady: () => void;
}

/** A supervised backend process. */
export interface BackendProcess {
  /** @throws HostError while the process is not serving */
  client(): BackendClient;
  state(): {
    readonly state: 'starting' | 'running' | 'stopped';
    readonly pid: number | undefined;
    readonly starts: number;
  };
  /** The newest log lines, oldest first. */
  log(): readonly string[];
  /** Ends the process for good: asks first, kills after two seconds. */
  stop(): Promise<void>;
}

/**
 * The environment that Grafana gives a plugin: the magic cookie, the protocol's variables, `GF_PLUGIN_*` settings, and of
 * the host's own environment only PATH (as with `forward_host_env_vars`: the executable needs its runtime) and proxies.
 */
export function toBackendEnvironment(
  host: Readonly<Record<string, string | undefined>>,
  own: { readonly socketFolder: string; readonly clockUrl: string; readonly nodeFolder: string }
): Record<string, string> {
  const environment: Record<string, string> = {
    grafana_plugin_type: 'datasource',
    PLUGIN_MIN_PORT: '10000',
    PLUGIN_MAX_PORT: '25000',
    PLUGIN_PROTOCOL_VERSIONS: '2',
    PLUGIN_UNIX_SOCKET_DIR: own.socketFolder,
    GF_VERSION: '13.2.2',
    GF_EDITION: 'Open Source',
    GF_PLUGIN_CLOCK_URL: own.clockUrl,
    PATH: [own.nodeFolder, '/usr/bin', '/bin'].join(path.delimiter),
  };
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy']) {
    const value = host[name];
    if (value !== undefined) {
      environment[name] = value;
    }
  }
  return environment;
}

/** Reads a go-plugin handshake line. @returns the address for grpc-js */
export function parseHandshake(line: string): string {
  const [core, app, network, address, protocol] = line.trim().split('|');
  if (core !== '1' || app !== '2' || protocol !== 'grpc' || !address || (network !== 'unix' && network !== 'tcp')) {
    throw new HostError(
      'CAUSEWAY_HOST_PLUGIN_UNAVAILABLE',
      `Unrecognised handshake of the backend: ${line.slice(0, 200)}`
    );
  }
  return network === 'unix' ? `unix:${address}` : address;
}

/** Starts the backend and starts it again whenever it ends, as Grafana does. */
export function superviseBackend(launch: BackendLaunch): BackendProcess {
  let current: { readonly child: ChildProcess; client: BackendClient | undefined } | undefined;
  let starts = 0;
  let isStopping = false;
  let restart: NodeJS.Timeout | undefined;
  const log: string[] = [];
  const note = (line: string): void => {
    log.push(line);
    log.splice(0, Math.max(0, log.length - KEPT_LOG_LINES));
    launch.onLog(line);
  };

  const start = (): void => {
    starts += 1;
    const child = spawnBackend(launch, note);
    const running: NonNullable<typeof current> = { child, client: undefined };
    current = running;
    child.once('close', (code, signal) => {
      running.client?.close();
      running.client = undefined;
      if (!isStopping) {
        note(`backend ended (${signal ?? `exit code ${code}`}); it is started again`);
        restart = setTimeout(start, RESTART_AFTER_MS);
      }
    });
    connect(child).then(
      (client) => {
        running.client = client;
        launch.onReady();
      },
      (error: unknown) => {
        note(`backend did not start: ${error instanceof Error ? error.message : String(error)}`);
        child.kill('SIGKILL');
      }
    );
  };
  start();

  return {
    client: () => {
      if (!current?.client) {
        throw new HostError('CAUSEWAY_HOST_PLUGIN_UNAVAILABLE', 'The backend of Causeway is not running');
      }
      return current.client;
    },
    state: () => ({
      state: isStopping ? 'stopped' : current?.client ? 'running' : 'starting',
      pid: current?.child.pid,
      starts,
    }),
    log: () => [...log],
    stop: async () => {
      isStopping = true;
      clearTimeout(restart);
      await stopBackend(current?.child, current?.client);
    },
  };
}

function spawnBackend(launch: BackendLaunch, note: (line: string) => void): ChildProcess {
  const child = spawn(launch.executable, [], {
    env: { ...launch.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.on('error', (error) => note(`backend could not be started: ${error.message}`));
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', note);
  }
  return child;
}

async function connect(child: ChildProcess): Promise<BackendClient> {
  const line = await readFirstLine(child);
  const client = connectBackend(parseHandshake(line));
  if (!(await client.isServing())) {
    client.close();
    throw new HostError('CAUSEWAY_HOST_PLUGIN_UNAVAILABLE', 'The backend says that it does not serve');
  }
  return client;
}

function readFirstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new HostError('CAUSEWAY_HOST_PLUGIN_UNAVAILABLE', why));
    const timer = setTimeout(() => fail('no handshake within 60 s'), START_TIMEOUT_MS);
    child.once('close', () => {
      clearTimeout(timer);
      fail('it ended before its handshake');
    });
    if (child.stdout) {
      const lines = createInterface({ input: child.stdout });
      lines.once('line', (line) => {
        clearTimeout(timer);
        resolve(line);
      });
    }
  });
}

async function stopBackend(child: ChildProcess | undefined, client: BackendClient | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const kill = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
  // The answer does not matter: a backend that is already going cannot give one.
  await client?.shutdown().catch(() => undefined);
  if (!client) {
    child.kill('SIGTERM');
  }
  await ended;
  clearTimeout(kill);
}

/** The executable of a plugin for this machine, as Grafana names it. @throws HostError when it is not there */
export function findExecutable(folder: string, name: string): string {
  const architecture = { x64: 'amd64', arm64: 'arm64', arm: 'arm' }[process.arch as string] ?? process.arch;
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const file = path.join(folder, `${name}_${system}_${architecture}${system === 'windows' ? '.exe' : ''}`);
  try {
    accessSync(file, constants.X_OK);
  } catch (cause) {
    throw new HostError('CAUSEWAY_HOST_CONFIG', `${path.basename(file)} is missing or not executable`, { cause });
  }
  return file;
}
