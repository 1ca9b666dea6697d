import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleExecutor } from './executor-process.ts';
import { ExecutorUnderTest } from './executor-under-test.ts';

type Json = ReturnType<typeof JSON.parse>;

let bundle: string;
let under: ExecutorUnderTest;
beforeAll(async () => {
  bundle = await bundleExecutor();
});
beforeEach(async () => {
  under = await ExecutorUnderTest.start(bundle);
});
afterEach(() => under.close());

const finished = () => under.newestExecution();

describe('an executor that is killed', { timeout: 60_000 }, () => {
  it.each([
    ['while it reads the target again', 'read', 1],
    ['while it compiles again', 'dry-run', 1],
    ['before the effect', 'before-effect', 1],
    ['after the effect, before its answer', 'after-effect', 1],
    ['in the first round of checks', 'query', 2],
    ['in a later round of checks', 'query', 6],
  ] as const)('%s acts exactly once and finishes after the restart', async (_, boundary, count) => {
    const plan = await under.propose();
    const killed = under.killAt(boundary, count);
    await under.approve(plan).catch(() => undefined);
    await killed;
    await under.restart();
    await expect.poll(finished, { timeout: 15_000 }).toMatchObject({ status: 'finished', outcome: 'recovered' });
    expect(under.world.effects).toHaveLength(1);
    expect(await under.asPerson('GET', '/v1/audit/verify')).toMatchObject({ ok: true, brokenAt: null });
    const events = (await under.asPerson('GET', '/v1/audit')).items.map((entry: Json) => entry.event);
    expect(events.filter((event: string) => event === 'action.intent')).toHaveLength(1);
    expect(events.filter((event: string) => event === 'action.result')).toHaveLength(1);
  });

  it('twice, after the effect and while it asks what became of it, still acts once', async () => {
    const plan = await under.propose();
    const first = under.killAt('after-effect');
    await under.approve(plan).catch(() => undefined);
    await first;
    const second = under.killAt('operation');
    await under.restart().catch(() => undefined);
    await second;
    await under.restart();
    await expect.poll(finished, { timeout: 15_000 }).toMatchObject({ outcome: 'recovered' });
    expect(under.world.effects).toHaveLength(1);
    expect(under.installation.starts).toBe(3);
  });

  it.each([
    ['before it takes an effect back', 'before-undo', 1],
    ['after it took an effect back, before the answer', 'after-undo', 1],
    ['while it looks at what it is about to take back', 'read', 2],
  ] as const)('%s takes it back exactly once', async (_, boundary, count) => {
    await under.close();
    under = await ExecutorUnderTest.start(bundle, { env: { CAUSEWAY_VERIFY_TIMEOUT_SECONDS: '0.5' } });
    under.world.value = '9';
    const plan = await under.propose({ onFailure: 'rollback' });
    const killed = under.killAt(boundary, count);
    await under.approve(plan).catch(() => undefined);
    await killed;
    await under.restart();
    await expect.poll(finished, { timeout: 15_000 }).toMatchObject({ status: 'finished', outcome: 'rolled-back' });
    expect([under.world.effects.length, under.world.undone.length]).toEqual([1, 1]);
    expect(await under.asPerson('GET', '/v1/audit/verify')).toMatchObject({ ok: true, brokenAt: null });
  });

  it('before anybody approved acts never, and the plan can still be approved', async () => {
    const plan = await under.propose();
    await under.installation.stop('SIGKILL');
    await under.restart();
    expect(under.world.effects).toEqual([]);
    expect((await under.approve(plan)).approval.status).toBe('approved');
    await expect.poll(finished, { timeout: 15_000 }).toMatchObject({ outcome: 'recovered' });
    expect(under.world.effects).toHaveLength(1);
  });

  it('is caught by this test when the platform performs whatever arrives', async () => {
    await under.close();
    under = await ExecutorUnderTest.start(bundle, { guarded: false });
    const plan = await under.propose();
    const killed = under.killAt('after-effect');
    await under.approve(plan).catch(() => undefined);
    await killed;
    await under.restart();
    await expect.poll(finished, { timeout: 15_000 }).toMatchObject({ status: 'finished' });
    expect(under.world.effects).toHaveLength(2);
  });
});

describe('the process', { timeout: 60_000 }, () => {
  it('stops on SIGTERM with code 0 and goes on with the same ledger', async () => {
    const plan = await under.propose();
    expect(await under.installation.stop('SIGTERM')).toBe(0);
    await under.restart();
    expect((await under.asPerson('GET', `/v1/plans/${plan.id}`)).planHash).toBe(plan.planHash);
  });

  it.each([
    ['CAUSEWAY_LEDGER', ''],
    ['CAUSEWAY_PROXY_TOKEN_FILE', '/nonexistent'],
    ['CAUSEWAY_GRAFANA_KEYS', '/nonexistent'],
  ])('does not start without %s and says so', async (name, value) => {
    await under.installation.stop('SIGKILL');
    await expect(under.installation.start(bundle, { [name]: value })).rejects.toThrow(
      new RegExp(`ended with 1: .*${name}`, 's')
    );
  });

  it('does not start a second time on the same ledger', async () => {
    await expect(under.installation.start(bundle)).rejects.toThrow(/ended with 1: .*CAUSEWAY_LEDGER is in use/s);
    expect(await (await fetch(`${under.address}/healthz`)).text()).toBe('ok\n');
  });

  it('writes no secret to its output or its ledger', async () => {
    await under.approve(await under.propose());
    await expect.poll(finished, { timeout: 15_000 }).toMatchObject({ outcome: 'recovered' });
    await under.asPerson('POST', '/v1/plans', { broken: true });
    await under.installation.stop('SIGTERM');
    const ledger = readFileSync(path.join(under.installation.folder, 'ledger.sqlite'), 'latin1');
    expect(under.installation.output).toContain('listening');
    expect(ledger).toContain('action.intent');
    const person = await under.installation.person('alice');
    const identityPrefix = person['x-grafana-id']?.slice(0, 20) ?? '';
    for (const secret of [under.installation.proxyToken, under.installation.platformToken, identityPrefix]) {
      expect(under.installation.output.includes(secret) || ledger.includes(secret)).toBe(false);
    }
  });
});
