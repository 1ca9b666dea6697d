import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALERT_TOKEN } from '../testing/callers.ts';
import type { Harness } from '../testing/harness.ts';
import { makeHarness } from '../testing/harness.ts';
import { bodyOf, intentOf, TOKEN_ATTACKS } from '../testing/token-attacks.ts';
import type { Route } from './route.ts';

const ID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
let harness: Harness;
let routes: readonly Route[];
beforeAll(async () => {
  harness = await makeHarness();
  routes = harness.executor.routes.filter((route) => !route.access.public);
});
afterAll(() => harness.stop());

const send = (route: Route, headers: Record<string, string>, body = bodyOf(route)) =>
  harness.call(route.method, route.path.replace(':id', ID), headers, body === '' ? undefined : body);

describe('every route', () => {
  it('of the contract is there, and only health and metrics are public', () => {
    const open = harness.executor.routes.filter((route) => route.access.public).map((route) => route.path);
    expect(open.sort()).toEqual(['/healthz', '/metrics']);
    expect(routes.length).toBeGreaterThanOrEqual(16);
  });

  it.each(Object.entries(TOKEN_ATTACKS))('refuses %s', async (_, attack) => {
    for (const route of routes) {
      const reply = await send(route, await attack(harness.callers, route, bodyOf(route)));
      expect({ path: route.path, status: reply.status, ok: [401, 403, 409].includes(reply.status) }).toMatchObject({
        path: route.path,
        ok: true,
      });
      expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(reply.json).toMatchObject({ status: reply.status, remedy: expect.stringMatching(/.{10}/) });
    }
  });

  it('refuses a backend token that was used before', async () => {
    for (const route of routes) {
      const headers = await harness.callers.backend(intentOf(route), bodyOf(route));
      const first = await send(route, headers);
      const second = await send(route, headers);
      expect([401, 403, 409]).toContain(second.status);
      const codes = [first.json?.code, second.json.code];
      const replayed = second.json.code === 'CAUSEWAY_EXECUTOR_TOKEN_REPLAYED';
      const personsOnly = codes.every((code) => code === 'CAUSEWAY_EXECUTOR_FORBIDDEN');
      expect({ path: route.path, codes, ok: replayed || personsOnly }).toMatchObject({ ok: true });
    }
  });

  it('is closed to the intents and persons that the table does not name', async () => {
    for (const route of routes) {
      const { access } = route;
      const closed = (['read', 'propose', 'ledger'] as const).filter(
        (intent) => !access.public && !access.backend.includes(intent)
      );
      for (const intent of closed) {
        const reply = await send(route, await harness.callers.backend(intent, bodyOf(route)));
        expect(reply.json).toMatchObject({ code: 'CAUSEWAY_EXECUTOR_FORBIDDEN' });
      }
      const asPerson = await send(route, await harness.callers.person('alice'));
      expect(asPerson.status === 403).toBe(!access.public && !access.person);
      const webhook = await send(route, { authorization: `Bearer ${ALERT_TOKEN}` });
      expect(webhook.status === 403).toBe(access.public || access.webhook !== true);
    }
  });

  it('that does not exist asks for a token first', async () => {
    expect((await harness.call('GET', '/v1/secrets', {})).status).toBe(401);
    expect((await harness.call('GET', '/healthz/..%2f..%2fv1/audit', {})).status).toBe(401);
    expect((await harness.call('GET', '/v1/secrets', await harness.callers.person())).status).toBe(404);
    expect((await harness.call('GET', '/v1/audit/', {})).status).toBe(401);
  });

  it('has no CORS, no cookies, and no HEAD or OPTIONS', async () => {
    const reply = await harness.executor.app.inject({
      method: 'OPTIONS',
      url: '/v1/plans',
      headers: {
        origin: 'null',
        'access-control-request-method': 'POST',
      },
    });
    expect(reply.statusCode).toBe(401);
    expect(Object.keys(reply.headers).filter((name) => /^access-control|cookie/.test(name))).toEqual([]);
    expect((await harness.executor.app.inject({ method: 'HEAD', url: '/v1/plans' })).statusCode).toBe(401);
  });
});

describe('the backend', () => {
  it('never decides nor labels: that is for persons', () => {
    const persons = routes.filter(({ access }) => !access.public && access.person && access.backend.length === 0);
    expect(persons.map((route) => route.path).sort()).toEqual([
      '/v1/executions/:id/cancel',
      '/v1/executions/:id/release',
      '/v1/executions/:id/steps/:stepId/confirm',
      '/v1/freeze',
      '/v1/incidents/:id/assignee',
      '/v1/incidents/:id/resolution',
      '/v1/labels',
      '/v1/labels/:id/withdraw',
      '/v1/maintenance',
      '/v1/plans/:id/challenge',
      '/v1/plans/:id/decision',
      '/v1/runs/:id/cancel',
      '/v1/runs/:id/feedback',
    ]);
  });
});
