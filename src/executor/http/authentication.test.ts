import { createHmac } from 'node:crypto';
import { generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Callers } from '../testing/callers.ts';
import { PROXY_TOKEN } from '../testing/callers.ts';
import type { Harness } from '../testing/harness.ts';
import { makeHarness } from '../testing/harness.ts';
import type { Route } from './route.ts';

const ID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
let harness: Harness;
let routes: readonly Route[];
beforeAll(async () => {
  harness = await makeHarness();
  routes = harness.executor.routes.filter((route) => !route.access.public);
});
afterAll(() => harness.stop());

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);

/** Requests that prove nothing. Each has to be refused on every route. */
const ATTACKS: Readonly<
  Record<string, (callers: Callers, route: Route, body: string) => Promise<Record<string, string>>>
> = {
  'no token': async () => ({}),
  'an empty bearer': async () => ({ authorization: 'Bearer ' }),
  'a wrong bearer': async () => ({ authorization: 'Bearer wrong-token-0123456789' }),
  'basic credentials': async () => ({
    authorization: `Basic ${Buffer.from(`admin:${PROXY_TOKEN}`).toString('base64')}`,
  }),
  'the proxy bearer alone': async () => ({ authorization: `Bearer ${PROXY_TOKEN}` }),
  'the proxy bearer with X-Grafana-User': async () => ({
    authorization: `Bearer ${PROXY_TOKEN}`,
    'x-grafana-user': 'admin',
  }),
  'an identity without the proxy bearer': (callers) =>
    callers.person('alice', { proxyToken: 'other-token-0123456789' }),
  'an expired identity': (callers) => callers.person('alice', { claims: { iat: now() - 900, exp: now() - 300 } }),
  'an identity for another organisation': (callers) => callers.person('alice', { claims: { aud: 'org:2' } }),
  'an identity without expiry': (callers) => callers.person('alice', { claims: { exp: undefined } }),
  'an identity of a service account': (callers) => callers.person('alice', { claims: { sub: 'service-account:1' } }),
  'an identity without a login': (callers) => callers.person('alice', { claims: { username: '' } }),
  'an identity signed by somebody else': async (callers) =>
    callers.person('alice', { key: (await generateKeyPair('ES256')).privateKey }),
  'an unsigned identity': async () => ({
    authorization: `Bearer ${PROXY_TOKEN}`,
    'x-grafana-id': `${base64({ alg: 'none' })}.${base64({ sub: 'user:1', aud: 'org:1', username: 'a', iat: now(), exp: now() + 60 })}.`,
  }),
  'an expired backend token': (callers, route, body) =>
    callers.backend(intentOf(route), body, { claims: { iat: now() - 120, exp: now() - 60 } }),
  'a backend token from the future': (callers, route, body) =>
    callers.backend(intentOf(route), body, { claims: { iat: now() + 60, exp: now() + 120 } }),
  'a backend token that lives too long': (callers, route, body) =>
    callers.backend(intentOf(route), body, { claims: { exp: now() + 3600 } }),
  'a backend token without expiry': (callers, route, body) =>
    callers.backend(intentOf(route), body, { claims: { exp: undefined } }),
  'a backend token without jti': (callers, route, body) =>
    callers.backend(intentOf(route), body, { claims: { jti: undefined } }),
  'a backend token for another audience': (callers, route, body) =>
    callers.backend(intentOf(route), body, { claims: { aud: 'somebody-else' } }),
  'a backend token of another issuer': (callers, route, body) =>
    callers.backend(intentOf(route), body, { claims: { iss: 'grafana' } }),
  'a backend token with an unknown intent': (callers, _, body) => callers.backend('approve', body),
  'a backend token of another key': async (callers, route, body) =>
    callers.backend(intentOf(route), body, { key: (await generateKeyPair('EdDSA')).privateKey }),
  'a backend token for another body': (callers, route, body) => callers.backend(intentOf(route), `${body} `),
  'an unsigned backend token': async (_, route) => ({
    authorization: `Bearer ${base64({ alg: 'none' })}.${base64(claims(route))}.`,
  }),
  'a backend token signed with the public key as HMAC secret': async (callers, route) => {
    const signed = `${base64({ alg: 'HS256' })}.${base64(claims(route))}`;
    const mac = createHmac('sha256', callers.backendPublicPem).update(signed).digest('base64url');
    return { authorization: `Bearer ${signed}.${mac}` };
  },
};

const bodyOf = (route: Route) => (route.method === 'GET' ? '' : '{}');
const intentOf = ({ access }: Route) => (access.public ? 'read' : (access.backend[0] ?? 'propose'));
const claims = (route: Route) => ({
  iss: 'causeway-backend',
  aud: 'causeway-executor',
  intent: intentOf(route),
  jti: 'j'.repeat(20),
  iat: now(),
  exp: now() + 60,
  bodySha256: 'a'.repeat(64),
});
const send = (route: Route, headers: Record<string, string>, body = bodyOf(route)) =>
  harness.call(route.method, route.path.replace(':id', ID), headers, body === '' ? undefined : body);

describe('every route', () => {
  it('of the contract is there, and only health and metrics are public', () => {
    const open = harness.executor.routes.filter((route) => route.access.public).map((route) => route.path);
    expect(open.sort()).toEqual(['/healthz', '/metrics']);
    expect(routes.length).toBeGreaterThanOrEqual(16);
  });

  it.each(Object.entries(ATTACKS))('refuses %s', async (_, attack) => {
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
    const persons = routes.filter((route) => !route.access.public && route.access.backend.length === 0);
    expect(persons.map((route) => route.path).sort()).toEqual([
      '/v1/executions/:id/cancel',
      '/v1/executions/:id/release',
      '/v1/executions/:id/steps/:stepId/confirm',
      '/v1/freeze',
      '/v1/labels',
      '/v1/labels/:id/withdraw',
      '/v1/maintenance',
      '/v1/plans/:id/challenge',
      '/v1/plans/:id/decision',
    ]);
  });
});
