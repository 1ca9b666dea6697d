import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A log line of the plugin as the host sees it. `raw` is set where it is not valid hclog JSON. */
export interface PluginLogLine {
  readonly level: string;
  readonly message: string;
  readonly line: string;
  readonly raw: boolean;
}

/** A started plugin process and what it said. */
export interface PluginProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  /** First line on stdout. */
  readonly handshake: string;
  /** Target for a gRPC channel. */
  readonly target: string;
  readonly stdout: readonly string[];
  readonly logs: readonly PluginLogLine[];
  /** Resolves with code and signal when the process has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

/** Options of the start. */
export interface StartOptions {
  readonly executable: string;
  /** Added to the environment that Grafana gives. */
  readonly env?: Readonly<Record<string, string>>;
  /** The magic cookie; default true. */
  readonly cookie?: boolean;
  /** Longest time until the handshake, milliseconds; default 20,000. Grafana waits a minute. */
  readonly timeoutMs?: number;
}

/** The environment that Grafana gives to a plugin: its own is stripped, there is no PATH, HOME or NODE_OPTIONS. */
const GRAFANA_ENVIRONMENT = {
  GF_VERSION: '13.2.2',
  GF_EDITION: 'Open Source',
  PLUGIN_MIN_PORT: '10000',
  PLUGIN_MAX_PORT: '25000',
  PLUGIN_PROTOCOL_VERSIONS: '2',
} as const;

/**
 * Starts the executable directly, without a shell, and reads the handshake as go-plugin does.
 * @throws Error when the process ends before the handshake or its first line is no handshake
 */
export async function startPlugin(options: StartOptions): Promise<PluginProcess> {
  const { executable, env = {}, cookie = true, timeoutMs = 20_000 } = options;
  const child = spawn(executable, [], {
    env: { ...GRAFANA_ENVIRONMENT, ...(cookie ? { grafana_plugin_type: 'datasource' } : {}), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout: string[] = [];
  const logs: PluginLogLine[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => logs.push(parseLogLine(line)));
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const handshake = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no handshake in time')), timeoutMs);
    createInterface({ input: child.stdout }).on('line', (line) => {
      stdout.push(line);
      resolve(line);
    });
    void ended.then(({ code }) => {
      clearTimeout(timer);
      reject(new Error(`ended with code ${code} before the handshake: ${logs.map(({ line }) => line).join('\n')}`));
    });
  }).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  return { child, pid: child.pid ?? 0, handshake, target: toTarget(handshake), stdout, logs, ended };
}

/** Reads a handshake as go-plugin does. */
function toTarget(handshake: string): string {
  const [core, app, network, address, protocol, certificate] = handshake.split('|');
  if (core !== '1' || app !== '2' || protocol !== 'grpc' || !address || certificate) {
    throw new Error(`Unrecognized remote plugin message: ${handshake}`);
  }
  return network === 'unix' ? `unix:${address}` : address;
}

/** Reads a line of stderr as go-plugin does; a timestamp without six digits makes the whole line raw. */
function parseLogLine(line: string): PluginLogLine {
  try {
    const entry = JSON.parse(line) as Record<string, unknown>;
    const { '@level': level, '@message': message, '@timestamp': timestamp } = entry;
    if (typeof level === 'string' && typeof message === 'string' && typeof timestamp === 'string') {
      const raw = !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(timestamp);
      return { level, message, line, raw };
    }
  } catch {
    // Plain text is legal; the host logs it at debug.
  }
  return { level: 'debug', message: line, line, raw: true };
}
