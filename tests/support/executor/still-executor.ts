import { generateKeyPairSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createLocalJWKSet } from 'jose';
import { createExecutor, type Executor, openSqliteLedger, parseBackendKeys, type Platform } from '#executor';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');

/** What a backend signs its calls with, for the executors of this module. */
export const SIGNING_KEY_PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** With this bearer those executors take alerts. */
export const ALERT_TOKEN = 'alert-token-of-these-tests-0123';

/** Has every target, and does everything at once without effect. */
const platform: Platform = {
  readTarget: async ({ name }) => ({ uid: name, version: '1', spec: { replicas: 2 } }),
  dryRun: async ({ action }) => `would ${action}`,
  apply: async () => ({ kind: 'applied', message: 'done' }),
  restore: async () => ({ kind: 'applied', message: 'done' }),
  findOperation: async () => undefined,
};

/** An executor in the process of the test, over a ledger on disk. Its clock wakes nobody: nothing is carried out by itself. */
export interface StillExecutor {
  readonly executor: Executor;
  readonly url: string;
  /** Stops answering; the ledger stays in its folder, for the next one. */
  stop(): Promise<void>;
}

/** @param now  epoch ms; @param port  that of an executor before this one, where its clients are to find it again */
export async function startStillExecutor({
  folder,
  now,
  port = 0,
}: {
  readonly folder: string;
  readonly now: () => number;
  readonly port?: number;
}): Promise<StillExecutor> {
  const executor = await createExecutor({
    ledger: await openSqliteLedger(path.join(folder, 'ledger.sqlite')),
    clock: { now, sleepUntil: () => new Promise(() => undefined) },
    platform,
    metrics: { instant: async () => null },
    trust: {
      proxyToken: 'x'.repeat(32),
      alertToken: ALERT_TOKEN,
      grafanaAudience: 'org:1',
      grafanaKeys: createLocalJWKSet({ keys: [] }),
      backendKeys: await parseBackendKeys(publicKey.export({ type: 'spki', format: 'pem' }).toString()),
    },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  await executor.app.listen({ host: '127.0.0.1', port });
  let stopped: Promise<void> | undefined;
  return {
    executor,
    url: `http://127.0.0.1:${(executor.app.server.address() as AddressInfo).port}`,
    stop: () => (stopped ??= executor.stop()),
  };
}
