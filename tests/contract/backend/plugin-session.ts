import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
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

export const HOUR = 3_600_000;
export const nowMs = Math.floor(Date.now() / 15_000) * 15_000;
export const range = { fromMs: nowMs - HOUR, toMs: nowMs };

/** A backend of its own for the tests of a file, with a fake Prometheus that works again before each test. */
export interface PluginSession {
  readonly upstream: FakeUpstream;
  readonly client: PluginClient;
  /** Settings of a version of their own, so that nothing is left from the test before. */
  settings(extra?: object): PluginSettings;
  /** Makes the next settings newer, in the middle of a test. */
  renewSettings(): void;
}

/** Starts it before the tests of the calling file, and ends it after them. */
export function startSession(): PluginSession {
  let executable: string;
  let upstream: FakeUpstream;
  let plugin: PluginProcess;
  let client: PluginClient;
  let version = 1;

  beforeAll(async () => {
    executable = await buildBackend();
    upstream = await startFakeUpstream();
    plugin = await startPlugin({ executable });
    client = connectPlugin(plugin);
  });
  afterAll(async () => {
    client.close();
    plugin.child.kill('SIGKILL');
    await plugin.ended;
    await upstream.close();
    rmSync(path.dirname(executable), { recursive: true, force: true });
  });
  beforeEach(() => {
    upstream.mode = 'ok';
    upstream.faultFromMs = undefined;
    version += 1;
  });

  return {
    get upstream() {
      return upstream;
    },
    get client() {
      return client;
    },
    settings: (extra = {}) => {
      const prometheus = { url: upstream.url, timeoutSeconds: 5 };
      const watch = { enabled: false, collectSeconds: 15, detectSeconds: 15, historyMinutes: 240 };
      return { jsonData: { prometheus, watch, ...extra }, lastUpdatedMS: version };
    },
    renewSettings: () => {
      version += 1;
    },
  };
}
