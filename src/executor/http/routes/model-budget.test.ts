import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, makeHarness } from '../../testing/harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await makeHarness();
});
afterAll(() => harness.stop());

const asBackend = async (url: string, body: object) =>
  harness.call('POST', url, await harness.callers.backend('ledger', JSON.stringify(body)), body);
const request = (incident: string, change: object = {}) => ({
  incident,
  most: { tokens: 600, cost: 0.6 },
  least: { tokens: 100, cost: 0.1 },
  perIncident: { tokens: 1000 },
  perMonth: {},
  ...change,
});
const reserve = async (incident: string, change: object = {}) =>
  (await asBackend('/v1/model-budget/reservations', request(incident, change))).json;
const settle = (id: string, tokens: number, cost: number | null) =>
  asBackend(`/v1/model-budget/reservations/${id}/settle`, { tokens, cost });
const use = async (incident: string) =>
  (await harness.call('GET', `/v1/model-budget?incident=${incident}`, await harness.callers.person())).json;

describe('the budget of the language model', () => {
  it('is granted as far as it goes, counted while it is open, and given back when it is settled', async () => {
    const first = await reserve('a');
    expect(first).toMatchObject({ kind: 'granted', granted: { tokens: 600, cost: 0.6 } });
    expect(await reserve('a')).toMatchObject({ kind: 'granted', granted: { tokens: 400 } });
    const refusal = { kind: 'refused', by: 'incident', unit: 'tokens', limit: 1000, left: 0 };
    expect(await reserve('a')).toEqual(refusal);
    expect((await settle(first.id, 150, 0.2)).status).toBe(200);
    expect(await reserve('a')).toMatchObject({ kind: 'granted', granted: { tokens: 450 } });
    expect((await use('a')).usedForIncident.tokens).toBe(1000);
  });

  it('is settled once', async () => {
    const { id } = await reserve('b');
    await settle(id, 10, 0.01);
    expect((await settle(id, 0, 0)).status).toBe(404);
    expect((await use('b')).usedForIncident).toEqual({ tokens: 10, cost: 0.01 });
    expect((await settle('01ARZ3NDEKTSV4RRFFQ69G5FAV', 1, null)).status).toBe(404);
  });

  it('holds for the month over all incidents, in money too', async () => {
    const { usedInMonth } = await use('c');
    const perMonth = { cost: usedInMonth.cost + 0.5 };
    expect(await reserve('c', { perMonth })).toMatchObject({ kind: 'granted', granted: { tokens: 600, cost: 0.5 } });
    expect(await reserve('d', { perMonth })).toMatchObject({ kind: 'refused', by: 'month', unit: 'cost' });
  });

  it('counts tokens alone where no price is known', async () => {
    const unpriced = { most: { tokens: 5, cost: null }, least: { tokens: 1, cost: null }, perMonth: { cost: 0 } };
    expect(await reserve('e', unpriced)).toMatchObject({ kind: 'granted', granted: { tokens: 5, cost: null } });
    expect((await use('e')).usedForIncident).toEqual({ tokens: 5, cost: 0 });
  });

  it.each([{ most: { tokens: -1, cost: 0 } }, { incident: '' }, { perMonth: { tokens: 'all' } }, { shell: 'rm' }])(
    'refuses %j',
    async (change) => {
      expect((await asBackend('/v1/model-budget/reservations', request('f', change))).status).toBe(400);
    }
  );
});
