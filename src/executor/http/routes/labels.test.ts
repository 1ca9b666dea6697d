import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, makeHarness } from '../../testing/harness.ts';

const LABEL = { service: 'payment', label: 'false-alarm', fromMs: 1_000, toMs: 2_000, comment: 'batch job' };

let harness: Harness;
beforeAll(async () => {
  harness = await makeHarness();
});
afterAll(() => harness.stop());

const asPerson = async (method: 'GET' | 'POST', url: string, body?: unknown) =>
  harness.call(method, url, await harness.callers.person(), body);
const asBackend = async (method: 'GET' | 'POST', url: string, body?: object) =>
  harness.call(
    method,
    url,
    await harness.callers.backend(method === 'GET' ? 'read' : 'ledger', body && JSON.stringify(body)),
    body
  );

describe('labels', () => {
  it('are kept with their author, listed by overlap, and audited', async () => {
    const added = await asPerson('POST', '/v1/labels', LABEL);
    expect(added).toMatchObject({ status: 201, json: { ...LABEL, signalId: null, author: 'alice' } });
    const listed = async (query: string) => (await asBackend('GET', `/v1/labels?${query}`)).json.items.length;
    expect([
      await listed('from=1999&to=3000'),
      await listed('from=2000&to=3000'),
      await listed('from=0&to=1000'),
      await listed('from=0&to=1001&service=payment'),
      await listed('service=order'),
    ]).toEqual([1, 0, 0, 1, 0]);
    const audit = (await asPerson('GET', '/v1/audit')).json.items;
    expect(audit.at(-1)).toMatchObject({
      event: 'label.added',
      subject: added.json.id,
      actor: expect.stringContaining('alice'),
      details: { service: 'payment', label: 'false-alarm', comment: 'batch job' },
    });
  });

  it('leave the list when withdrawn, once', async () => {
    const { id } = (await asPerson('POST', '/v1/labels', { ...LABEL, service: 'order' })).json;
    expect((await asPerson('POST', `/v1/labels/${id}/withdraw`, {})).status).toBe(200);
    expect((await asPerson('GET', '/v1/labels?service=order')).json.items).toEqual([]);
    expect((await asPerson('POST', `/v1/labels/${id}/withdraw`, {})).status).toBe(404);
    expect((await asPerson('GET', '/v1/audit')).json.items.at(-1)).toMatchObject({
      event: 'label.withdrawn',
      subject: id,
    });
  });

  it('cannot be written by the backend', async () => {
    expect((await asBackend('POST', '/v1/labels', LABEL)).status).toBe(403);
  });

  it.each([
    ['an unknown label', { label: 'fine' }, /body\.label/],
    ['a range that ends before it begins', { toMs: 1_000 }, /body\.toMs/],
    ['an unknown key', { admin: true }, /body/],
    ['no service', { service: '' }, /body\.service/],
  ])('with %s are refused', async (_, change, detail) => {
    const reply = await asPerson('POST', '/v1/labels', { ...LABEL, ...change });
    expect(reply.json).toMatchObject({ status: 400, detail: expect.stringMatching(detail) });
  });
});
