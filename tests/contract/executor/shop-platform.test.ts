import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Platform } from '#executor';
import { ACTION_CATALOGUE, demoPlatform } from '#executor';
import type { ActionKind, ActionParameters, ActionTarget } from '#model';
import { ROOT } from '../../architecture/import-table.ts';

const TOKEN = randomUUID();
let shop: ChildProcess;
let platform: Platform;

beforeAll(async () => {
  const outfile = path.join(ROOT, 'build', 'test', 'world.cjs');
  const entryPoints = [path.join(ROOT, 'src/demo/world.ts')];
  const common = { bundle: true, platform: 'node', target: 'node24', format: 'cjs', logLevel: 'error' } as const;
  await build({ ...common, entryPoints, outfile, absWorkingDir: ROOT });
  const env = {
    CAUSEWAY_WORLD_PORT: '0',
    CAUSEWAY_PLATFORM_TOKEN: TOKEN,
    CAUSEWAY_HISTORY_MINUTES: '5',
    CAUSEWAY_SPEED: '0',
  };
  shop = spawn(process.execPath, [outfile], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<number>((resolve, reject) => {
    shop.stdout?.once('data', (line) => resolve(JSON.parse(String(line)).port));
    shop.once('exit', (code) => reject(new Error(`the shop ended with ${code}`)));
  });
  const url = `http://127.0.0.1:${port}/shop/v1`;
  const control = async (route: string, body: object) => {
    const headers = { 'content-type': 'application/json' };
    const reply = await fetch(`${url}/${route}`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(reply.ok).toBe(true);
  };
  await control('faults', { fault: 'missing-index' });
  await control('clock/advance', { seconds: 30 });
  platform = demoPlatform({ url, token: TOKEN, redact: (text) => text });
}, 60_000);
afterAll(() => {
  shop.kill('SIGKILL');
});

const deployment = (name: string): ActionTarget => ({ kind: 'deployment', name });
const edge: ActionTarget = { kind: 'edge', name: 'payment', peer: 'payment-provider' };
const CASES: readonly (readonly [ActionKind, ActionTarget, ActionParameters])[] = [
  ['scale', deployment('catalog'), { replicas: 6 }],
  ['restart', deployment('shipping'), {}],
  ['restart', { kind: 'database', name: 'users-db' }, {}],
  ['restart', { kind: 'cache', name: 'redis' }, {}],
  ['rate-limit', edge, { requestsPerSecond: 50, durationSeconds: 60 }],
  ['rate-limit', deployment('payment'), { requestsPerSecond: 50, durationSeconds: 3600 }],
  ['circuit-break', { kind: 'edge', name: 'checkout', peer: 'shipping' }, { durationSeconds: 30 }],
  ['set-memory-limit', deployment('inventory'), { limitBytes: 1_073_741_824 }],
  ['set-memory-limit', { kind: 'cache', name: 'redis' }, { limitBytes: 3_221_225_472 }],
  ['create-index', { kind: 'database', name: 'orders-db' }, { table: 'orders', column: 'customer_id' }],
];

describe('the simulated shop as platform', () => {
  it.each(CASES)('does %s on %o once per operation, and only on the version that was read', async (...change) => {
    const [action, target, parameters] = change;
    const before = await platform.readTarget(target);
    const request = { action, target, parameters, expectedVersion: before.version, operationId: randomUUID() };
    const preview = await platform.dryRun({ ...request, operationId: randomUUID() });
    expect(await platform.dryRun({ ...request, operationId: randomUUID() })).toBe(preview);
    expect(await platform.readTarget(target)).toEqual(before);
    const done = await platform.apply(request);
    expect(done.kind).toBe('applied');
    const after = await platform.readTarget(target);
    expect(after.uid).toBe(before.uid);
    expect(after.version).not.toBe(before.version);
    expect(await platform.apply(request)).toEqual(done);
    expect((await platform.readTarget(target)).version).toBe(after.version);
    expect((await platform.apply({ ...request, operationId: randomUUID() })).kind).toBe('conflict');
  });

  it('knows every bound of the catalogue', async () => {
    for (const [action, target, parameters] of CASES) {
      const bounds = ACTION_CATALOGUE.find((entry) => entry.action === action)?.parameters ?? [];
      const { version: expectedVersion } = await platform.readTarget(target);
      for (const { name, type, minimum = 0, maximum = 0 } of bounds.filter(
        (parameter) => parameter.type !== 'string'
      )) {
        const outcome = async (value: number) => {
          const request = { action, target, parameters: { ...parameters, [name]: value }, expectedVersion };
          return platform.dryRun({ ...request, operationId: randomUUID() }).then(
            () => 'possible',
            (error: { code: string }) => error.code
          );
        };
        const seen = [await outcome(minimum), await outcome(maximum), await outcome(maximum + 1)];
        expect([action, name, type, ...seen]).toEqual([
          action,
          name,
          'integer',
          'possible',
          'possible',
          'PLATFORM_REFUSED',
        ]);
      }
    }
  });

  it('tells an unknown target from a refused action', async () => {
    await expect(platform.readTarget(deployment('nothing'))).rejects.toMatchObject({ code: 'TARGET_UNKNOWN' });
    const { version } = await platform.readTarget(deployment('cart'));
    const request = {
      action: 'create-index' as const,
      target: deployment('cart'),
      parameters: { table: 'a', column: 'b' },
    };
    const attempt = platform.dryRun({ ...request, expectedVersion: version, operationId: randomUUID() });
    await expect(attempt).rejects.toMatchObject({ code: 'PLATFORM_REFUSED' });
  });
});
