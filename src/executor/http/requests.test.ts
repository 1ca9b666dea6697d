import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROXY_TOKEN } from '../testing/callers.ts';
import type { Harness } from '../testing/harness.ts';
import { INCIDENT, makeHarness, proposal } from '../testing/harness.ts';
import { rateLimiter } from './rate-limit.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await makeHarness();
});
afterAll(() => harness.stop());

const asPerson = async (method: 'GET' | 'POST' | 'PUT', url: string, body?: unknown) =>
  harness.call(method, url, await harness.callers.person(), body);

describe('requests', () => {
  it.each([
    ['unknown keys', { ...proposal('x'), admin: true }, 400],
    ['a wrong type', { ...proposal('x'), confidence: 'high' }, 400],
    ['a value out of range', { ...proposal('x'), confidence: 2 }, 400],
    ['an unknown action', { ...proposal('x'), action: 'exec' }, 400],
    ['no JSON', '{"a":', 400],
    ['a prototype key', '{"__proto__":{"admin":true}}', 400],
    ['a constructor key', '{"constructor":{"prototype":{"admin":true}}}', 400],
    ['a lone surrogate', '{"incidentId":"\\ud800"}', 400],
    ['an array', [], 400],
    ['nothing', undefined, 400],
    ['more than 256 KiB', JSON.stringify({ rationale: 'x'.repeat(300_000) }), 413],
    ['an incident that does not exist', proposal('01ARZ3NDEKTSV4RRFFQ69G5FAV'), 404],
  ])('with %s are refused', async (_, body, status) => {
    const reply = await asPerson('POST', '/v1/plans', body);
    expect(reply.json).toMatchObject({ status, detail: expect.any(String), remedy: expect.any(String) });
  });

  it('in another content type are refused', async () => {
    const headers = { ...(await harness.callers.person()), 'content-type': 'text/plain' };
    expect((await harness.call('POST', '/v1/plans', headers, '{}')).status).toBe(415);
  });

  it.each([
    '/v1/incidents?status=all',
    '/v1/incidents?limit=0',
    '/v1/incidents?limit=1000',
    '/v1/incidents?cursor=1%20OR%201=1',
    '/v1/incidents?admin=true',
    '/v1/plans?status=open',
    '/v1/executions?limit=x',
    '/v1/audit?after=-1',
  ])('with a wrong query are refused: %s', async (url) => {
    expect((await asPerson('GET', url)).json).toMatchObject({ status: 400, code: 'CAUSEWAY_EXECUTOR_INVALID_REQUEST' });
  });

  it.each(['/v1/incidents/x', '/v1/plans/01ARZ3NDEKTSV4RRFFQ69G5FAV', `/v1/executions/${'A'.repeat(60)}`])(
    'for something unknown are answered with 404: %s',
    async (url) => {
      expect((await asPerson('GET', url)).status).toBe(404);
    }
  );

  it('name the field, the bound and the remedy of a parameter', async () => {
    const incident = await harness.openIncident();
    const reply = await asPerson('POST', '/v1/plans', proposal(incident.id, { parameters: { replicas: 99 } }));
    expect(reply.json).toMatchObject({
      status: 422,
      code: 'CAUSEWAY_EXECUTOR_PARAMETER_INVALID',
      detail: 'parameters.replicas is 99; must be a whole number from 1 to 20 replicas.',
      remedy: expect.stringContaining('/v1/actions'),
    });
  });
});

describe('lists', () => {
  it('are read in pages, newest first', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      ids.push((await harness.openIncident({ fingerprint: `fingerprint-${index}`, service: `s${index}` })).id);
    }
    const first = (await asPerson('GET', '/v1/incidents?limit=3&status=open')).json;
    const second = (await asPerson('GET', `/v1/incidents?limit=100&cursor=${first.nextCursor}`)).json;
    const listed = [...first.items, ...second.items].map((incident: { id: string }) => incident.id);
    expect(first.items).toHaveLength(3);
    expect(second.nextCursor).toBeNull();
    expect(listed).toEqual([...listed].sort().reverse());
    expect(listed).toEqual(expect.arrayContaining(ids));
  });

  it('of the audit are read oldest first', async () => {
    const first = (await asPerson('GET', '/v1/audit?limit=2')).json;
    expect(first.items.map((entry: { sequence: number }) => entry.sequence)).toEqual([1, 2]);
    const second = (await asPerson('GET', `/v1/audit?limit=2&after=${first.nextCursor}`)).json;
    expect(second.items[0].previousHash).toBe(first.items[1].hash);
  });

  it('of actions carry the bounds for a form', async () => {
    const { items } = (await asPerson('GET', '/v1/actions')).json;
    expect(items).toHaveLength(9);
    expect(items.find((entry: { action: string }) => entry.action === 'scale')).toMatchObject({
      targetKinds: ['deployment'],
      riskBase: 0.5,
      parameters: [
        {
          name: 'replicas',
          minimum: 1,
          maximum: 20,
        },
      ],
    });
  });
});

describe('incidents', () => {
  it('that are open are answered again for the same fingerprint, and their report is kept', async () => {
    const body = JSON.stringify({ ...INCIDENT, fingerprint: 'fingerprint-again' });
    const post = async () => harness.call('POST', '/v1/incidents', await harness.callers.backend('ledger', body), body);
    const first = await post();
    const again = await post();
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.json).toEqual(first.json);
    const report = JSON.stringify({ report: { id: 'r2', summary: 'two causes' } });
    const headers = await harness.callers.backend('ledger', report);
    const updated = await harness.call('PUT', `/v1/incidents/${first.json.id}/report`, headers, report);
    expect(updated.json.report).toEqual({ id: 'r2', summary: 'two causes' });
  });
});

describe('the rate limit', () => {
  it('lets a burst through, then one request per refill, for each caller', () => {
    let nowMs = 0;
    const take = rateLimiter({ perSecond: 2, burst: 3 }, () => nowMs);
    expect([take('a'), take('a'), take('a'), take('a')]).toEqual([0, 0, 0, 1]);
    expect(take('b')).toBe(0);
    nowMs = 500;
    expect([take('a'), take('a')]).toEqual([0, 1]);
    nowMs = 60_000;
    expect([take('a'), take('a'), take('a'), take('a')]).toEqual([0, 0, 0, 1]);
  });

  it('answers 429 with Retry-After', async () => {
    const limited = await makeHarness({ rateLimit: { perSecond: 0.1, burst: 1 } });
    const headers = await limited.callers.person();
    expect((await limited.call('GET', '/v1/actions', headers)).status).toBe(200);
    const refused = await limited.call('GET', '/v1/actions', headers);
    expect(refused.json).toMatchObject({ status: 429, code: 'CAUSEWAY_EXECUTOR_RATE_LIMITED' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await limited.call('GET', '/v1/actions', await limited.callers.person('bob'))).status).toBe(200);
    await limited.stop();
  });
});

describe('secrets', () => {
  it('are in no log, audit entry, error or metric', async () => {
    const person = await harness.callers.person();
    const outputs: string[] = [];
    const keep = async (method: 'GET' | 'POST' | 'PUT', url: string, headers: Record<string, string>, body?: unknown) =>
      outputs.push((await harness.call(method, url, headers, body)).text);
    const broken = { ...person, authorization: `Bearer ${PROXY_TOKEN}x` };
    await keep('POST', '/v1/plans', broken, '{"a":');
    await keep('POST', '/v1/plans', person, '{"a":');
    await keep('GET', '/v1/nothing', person);
    await keep('PUT', '/v1/freeze', person, { frozen: false, reason: 'drill' });
    for (const url of ['/v1/audit?limit=200', '/v1/plans', '/v1/incidents', '/v1/executions', '/metrics', '/healthz']) {
      await keep('GET', url, person);
    }
    const everything = [...outputs, ...harness.logLines].join('\n');
    expect(everything.length).toBeGreaterThan(2000);
    expect(everything).not.toContain(PROXY_TOKEN);
    expect(everything).not.toContain(person['x-grafana-id']);
    expect(everything).not.toContain('Bearer');
  });
});
