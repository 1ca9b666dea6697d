import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, makeHarness } from '../../testing/harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await makeHarness();
});
afterAll(() => harness.stop());

async function take(name: string, body: object, intent = 'ledger') {
  return harness.call('PUT', `/v1/leases/${name}`, await harness.callers.backend(intent, JSON.stringify(body)), body);
}

describe('leases', () => {
  it('have one holder, who may renew', async () => {
    const first = await take('watch', { holder: 'a', ttlSeconds: 60 });
    expect(first.json).toMatchObject({ name: 'watch', holder: 'a', held: true, token: 1 });
    expect((await take('watch', { holder: 'b', ttlSeconds: 60 })).json).toMatchObject({ holder: 'a', held: false });
    const renewed = await take('watch', { holder: 'a', ttlSeconds: 120 });
    expect(renewed.json).toMatchObject({ held: true, token: 1 });
    expect(renewed.json.expiresMs).toBeGreaterThan(first.json.expiresMs);
    expect((await take('other', { holder: 'b', ttlSeconds: 60 })).json).toMatchObject({ held: true });
  });

  it('are free at once when their holder gives them back', async () => {
    await take('given', { holder: 'a', ttlSeconds: 60 });
    await take('given', { holder: 'a', ttlSeconds: 0 });
    expect((await take('given', { holder: 'b', ttlSeconds: 60 })).json).toMatchObject({
      holder: 'b',
      held: true,
      token: 2,
    });
  });

  it('are not given back by somebody else', async () => {
    await take('kept', { holder: 'a', ttlSeconds: 60 });
    expect((await take('kept', { holder: 'b', ttlSeconds: 0 })).json).toMatchObject({ holder: 'a', held: false });
    expect((await take('kept', { holder: 'c', ttlSeconds: 60 })).json).toMatchObject({ holder: 'a', held: false });
  });

  it('are audited when the holder changes, not when they are renewed', async () => {
    await take('audited', { holder: 'a', ttlSeconds: 60 });
    await take('audited', { holder: 'a', ttlSeconds: 60 });
    const { items } = (await harness.call('GET', '/v1/audit', await harness.callers.person())).json;
    const taken = items.filter((entry: { subject: string }) => entry.subject === 'audited');
    expect(taken).toMatchObject([{ event: 'lease.taken', details: { holder: 'a', token: 1 } }]);
  });

  it.each([
    ['a person', async () => harness.call('PUT', '/v1/leases/x', await harness.callers.person(), {}), 403],
    ['the backend when it only reads', () => take('x', { holder: 'a', ttlSeconds: 60 }, 'read'), 403],
    ['a lease of days', () => take('x', { holder: 'a', ttlSeconds: 90_000 }), 400],
    ['a name with a slash', () => take('a%2Fb', { holder: 'a', ttlSeconds: 60 }), 400],
  ])('are refused for %s', async (_, call, status) => {
    expect((await call()).status).toBe(status);
  });
});
