import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { SIGNING_KEY_PEM, startStillExecutor, type StillExecutor } from '../../support/executor/still-executor.ts';
import {
  buildBackend,
  connectPlugin,
  type FakeUpstream,
  type PluginClient,
  type PluginProcess,
  type PluginSettings,
  startFakeUpstream,
  startPlugin,
} from '../../support/plugin-driver/index.ts';

export const MINUTE = 60_000;

/** A backend and an executor with an empty ledger, both anew for each test, on the clock of a fake Prometheus. */
export interface LedgerSession {
  /** Time of the fake when a test begins, on the step of its samples. */
  readonly nowMs: number;
  /** Of the executor's data; removed after the test. */
  readonly folder: string;
  readonly executable: string;
  readonly upstream: FakeUpstream;
  readonly still: StillExecutor;
  readonly client: PluginClient;
  /** @param watch  added to what the watch is set to */
  settings(watch?: object, role?: string): PluginSettings;
  startExecutor(port?: number): Promise<void>;
  startBackend(env?: Readonly<Record<string, string>>): Promise<void>;
  /** Kills it. */
  stopBackend(): Promise<void>;
}

/** Starts it before each test of the calling file, and ends it after. */
export function startLedgerSession(name: string): LedgerSession {
  const nowMs = Math.floor(Date.now() / 15_000) * 15_000;
  let executable: string;
  let folder: string;
  let upstream: FakeUpstream;
  let still: StillExecutor;
  let plugin: PluginProcess;
  let client: PluginClient;

  const session: LedgerSession = {
    nowMs,
    get folder() {
      return folder;
    },
    get executable() {
      return executable;
    },
    get upstream() {
      return upstream;
    },
    get still() {
      return still;
    },
    get client() {
      return client;
    },
    settings: (watch = {}, role) => ({
      jsonData: {
        prometheus: { url: upstream.url, timeoutSeconds: 30 },
        executor: { url: still.url, timeoutSeconds: 5 },
        watch: { collectSeconds: 15, detectSeconds: 15, historyMinutes: 240, ...watch },
      },
      secrets: { executorSigningKey: SIGNING_KEY_PEM },
      ...(role === undefined ? {} : { role }),
    }),
    startExecutor: async (port = 0) => {
      still = await startStillExecutor({ folder, now: () => upstream.nowMs, port });
    },
    startBackend: async (env = {}) => {
      plugin = await startPlugin({ executable, env: { GF_PLUGIN_CLOCK_URL: `${upstream.url}/clock`, ...env } });
      client = connectPlugin(plugin);
    },
    stopBackend: async () => {
      client.close();
      plugin.child.kill('SIGKILL');
      await plugin.ended;
    },
  };

  beforeAll(async () => {
    executable = await buildBackend();
  });
  afterAll(() => rmSync(path.dirname(executable), { recursive: true, force: true }));
  beforeEach(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), `${name}-`));
    upstream = await startFakeUpstream();
    upstream.nowMs = nowMs;
    await session.startExecutor();
    await session.startBackend();
  });
  afterEach(async () => {
    await session.stopBackend();
    await still.stop();
    await upstream.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return session;
}
