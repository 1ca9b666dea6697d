import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleExecutor, Installation } from './executor-process.ts';
import type { Boundary, FakeWorld } from './fake-world.ts';
import { startFakeWorld } from './fake-world.ts';

type Json = ReturnType<typeof JSON.parse>;

const CHECK = { name: 'p99', query: 'vector(0.1)', operator: '<', threshold: 1, unit: 'seconds' };
const INCIDENT = {
  fingerprint: 'fingerprint-1',
  service: 'payment',
  symptom: 'latency',
  onsetMs: 1,
  detectedMs: 2,
  recovery: [
    {
      ...CHECK,
      threshold: 0.01,
    },
  ],
  report: { id: 'r1' },
};

let bundle: string;
let world: FakeWorld;
let installation: Installation;
let address: string;
beforeAll(async () => {
  bundle = await bundleExecutor();
});
beforeEach(async () => {
  await setUp(true);
});
afterEach(tearDown);

async function setUp(guarded: boolean) {
  world = await startFakeWorld(guarded);
  installation = await Installation.make(world.url);
  address = await installation.start(bundle);
}

async function tearDown() {
  await installation.stop('SIGKILL');
  await world.close();
  installation.remove();
}

async function call(method: string, url: string, headers: Record<string, string>, body?: string): Promise<Json> {
  const content = body === undefined ? {} : { body };
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(address + url, { method, headers: { ...headers, ...type }, ...content });
  return response.json();
}

const asBackend = async (intent: string, url: string, body: object) => {
  const text = JSON.stringify(body);
  return call('POST', url, await installation.backend(intent, text), text);
};
const asPerson = async (method: string, url: string, body?: object) =>
  call(method, url, await installation.person('alice'), body === undefined ? undefined : JSON.stringify(body));

async function propose(onFailure = 'notify'): Promise<Json> {
  const incident = await asBackend('ledger', '/v1/incidents', INCIDENT);
  return asBackend('propose', '/v1/plans', {
    incidentId: incident.id,
    action: 'scale',
    target: {
      kind: 'deployment',
      name: 'payment',
    },
    parameters: { replicas: 5 },
    rationale: 'saturated',
    confidence: 0.9,
    expectedSeconds: 60,
    verification: [CHECK],
    onFailure,
  });
}

async function approve(plan: Json): Promise<Json> {
  const { challenge } = await asPerson('POST', `/v1/plans/${plan.id}/challenge`);
  return asPerson('POST', `/v1/plans/${plan.id}/decision`, {
    decision: 'approve',
    planHash: plan.planHash,
    challenge,
  });
}

/** Kills the executor when the platform sees the boundary for the n-th time after this call, and waits for its end. */
function killAt(boundary: Boundary, count = 1): Promise<void> {
  let left = count;
  return new Promise((resolve) => {
    world.onBoundary = async (seen) => {
      if (seen === boundary && (left -= 1) === 0) {
        world.onBoundary = () => {};
        await installation.stop('SIGKILL');
        resolve();
      }
    };
  });
}

const finished = async () => {
  const { items } = await asPerson('GET', '/v1/executions');
  return items[0];
};

describe('an executor that is killed', { timeout: 60_000 }, () => {
  it.each([
    ['while it reads the target again', 'read', 1],
    ['while it compiles again', 'dry-run', 1],
    ['before the effect', 'before-effect', 1],
    ['after the effect, before its answer', 'after-effect', 1],
    ['in the first round of checks', 'query', 2],
    ['in a later round of checks', 'query', 6],
  ] as const)('%s acts exactly once and finishes after the restart', async (_, boundary, count) => {
    const plan = await propose();
    const killed = killAt(boundary, count);
    await approve(plan).catch(() => undefined);
    await killed;
    address = await installation.start(bundle);
    await expect.poll(finished, { timeout: 15_000 }).toMatchObject({ status: 'finished', outcome: 'recovered' });
    expect(world.effects).toHaveLength(1);
    expect(await asPerson('GET', '/v1/audit/verify')).toMatchObject({ ok: true, brokenAt: null });
    const events = (await asPerson('GET', '/v1/audit')).items.map((entry: Json) => entry.event);
    expect(events.filter((event: string) => event === 'action.intent')).toHaveLength(1);
    expect(events.filter((event: string) => event === 'action.result')).toHaveLength(1);
  });

  it('twice, after the effect and while it asks what became of it, still acts once', async () => {
    const plan = await propose();
    const first = killAt('after-effect');
    await approve(plan).catch(() => undefined);
    await first;
    const second = killAt('operation');
    await installation.start(bundle).catch(() => undefined);
    await second;
    address = await installation.start(bundle);
    await expect.poll(finished, { timeout: 15_000 }).toMatchObject({ outcome: 'recovered' });
    expect(world.effects).toHaveLength(1);
    expect(installation.starts).toBe(3);
  });

  it.each([
    ['before it takes an effect back', 'before-undo', 1],
    ['after it took an effect back, before the answer', 'after-undo', 1],
    ['while it looks at what it is about to take back', 'read', 2],
  ] as const)('%s takes it back exactly once', async (_, boundary, count) => {
    world.value = '9';
    const soon = { CAUSEWAY_VERIFY_TIMEOUT_SECONDS: '0.5' };
    await installation.stop('SIGKILL');
    address = await installation.start(bundle, soon);
    const plan = await propose('rollback');
    const killed = killAt(boundary, count);
    await approve(plan).catch(() => undefined);
    await killed;
    address = await installation.start(bundle, soon);
    await expect.poll(finished, { timeout: 15_000 }).toMatchObject({ status: 'finished', outcome: 'rolled-back' });
    expect([world.effects.length, world.undone.length]).toEqual([1, 1]);
    expect(await asPerson('GET', '/v1/audit/verify')).toMatchObject({ ok: true, brokenAt: null });
  });

  it('before anybody approved acts never, and the plan can still be approved', async () => {
    const plan = await propose();
    await installation.stop('SIGKILL');
    address = await installation.start(bundle);
    expect(world.effects).toEqual([]);
    expect((await approve(plan)).approval.status).toBe('approved');
    await expect.poll(finished, { timeout: 15_000 }).toMatchObject({ outcome: 'recovered' });
    expect(world.effects).toHaveLength(1);
  });

  it('is caught by this test when the platform performs whatever arrives', async () => {
    await tearDown();
    await setUp(false);
    const plan = await propose();
    const killed = killAt('after-effect');
    await approve(plan).catch(() => undefined);
    await killed;
    address = await installation.start(bundle);
    await expect.poll(finished, { timeout: 15_000 }).toMatchObject({ status: 'finished' });
    expect(world.effects).toHaveLength(2);
  });
});

describe('the process', { timeout: 60_000 }, () => {
  it('stops on SIGTERM with code 0 and goes on with the same ledger', async () => {
    const plan = await propose();
    expect(await installation.stop('SIGTERM')).toBe(0);
    address = await installation.start(bundle);
    expect((await asPerson('GET', `/v1/plans/${plan.id}`)).planHash).toBe(plan.planHash);
  });

  it.each([
    ['CAUSEWAY_LEDGER', ''],
    ['CAUSEWAY_PROXY_TOKEN_FILE', '/nonexistent'],
    ['CAUSEWAY_GRAFANA_KEYS', '/nonexistent'],
  ])('does not start without %s and says so', async (name, value) => {
    await installation.stop('SIGKILL');
    await expect(installation.start(bundle, { [name]: value })).rejects.toThrow(
      new RegExp(`ended with 1: .*${name}`, 's')
    );
  });

  it('does not start a second time on the same ledger', async () => {
    await expect(installation.start(bundle)).rejects.toThrow(/ended with 1: .*CAUSEWAY_LEDGER is in use/s);
    expect(await (await fetch(`${address}/healthz`)).text()).toBe('ok\n');
  });

  it('writes no secret to its output or its ledger', async () => {
    await approve(await propose());
    await expect.poll(finished, { timeout: 15_000 }).toMatchObject({ outcome: 'recovered' });
    await asPerson('POST', '/v1/plans', { broken: true });
    await installation.stop('SIGTERM');
    const ledger = readFileSync(path.join(installation.folder, 'ledger.sqlite'), 'latin1');
    expect(installation.output).toContain('listening');
    expect(ledger).toContain('action.intent');
    const person = await installation.person('alice');
    const identityPrefix = person['x-grafana-id']?.slice(0, 20) ?? '';
    for (const secret of [installation.proxyToken, installation.platformToken, identityPrefix]) {
      expect(installation.output.includes(secret) || ledger.includes(secret)).toBe(false);
    }
  });
});
