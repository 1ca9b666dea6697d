import assert from 'node:assert/strict';
import type { Route } from '../../../src/executor/http/route.ts';
import type { Harness } from '../../../src/executor/testing/harness.ts';
import { makeHarness, proposal } from '../../../src/executor/testing/harness.ts';
import { bodyOf, intentOf, TOKEN_ATTACKS } from '../../../src/executor/testing/token-attacks.ts';
import type { Attacks } from './attacks.ts';

const ID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const REFUSALS = [401, 403, 409];

/** Tokens that prove nothing, on every route of the route table. */
export async function attackTokens(attacks: Attacks): Promise<void> {
  const harness = await makeHarness();
  const routes = harness.executor.routes.filter((route) => !route.access.public);
  for (const route of routes) {
    const name = `${route.method} ${route.path}`;
    for (const [intent, attack] of Object.entries(TOKEN_ATTACKS)) {
      await attacks.try('tokens', `${name}: ${intent}`, async () => {
        const reply = await send(harness, route, await attack(harness.callers, route, bodyOf(route)));
        assert.ok(REFUSALS.includes(reply.status), `answered ${reply.status}`);
        assert.match(String(reply.headers['content-type']), /problem\+json/);
      });
    }
    await attacks.try('tokens', `${name}: a token that was used before`, async () => {
      const headers = await harness.callers.backend(intentOf(route), bodyOf(route));
      await send(harness, route, headers);
      assert.ok(REFUSALS.includes((await send(harness, route, headers)).status), 'it was taken twice');
    });
    await attacks.try('tokens', `${name}: a token of another route's intent`, () => otherIntents(harness, route));
  }
  await harness.stop();
}

async function otherIntents(harness: Harness, route: Route): Promise<void> {
  const { access } = route;
  for (const intent of ['read', 'propose', 'ledger'] as const) {
    if (!access.public && !access.backend.includes(intent)) {
      const reply = await send(harness, route, await harness.callers.backend(intent, bodyOf(route)));
      assert.equal(reply.status, 403, `answered ${reply.status} to the intent ${intent}`);
    }
  }
}

function send(harness: Harness, route: Route, headers: Record<string, string>) {
  const body = bodyOf(route);
  const url = route.path.replaceAll(/:\w+/g, ID);
  return harness.call(route.method, url, headers, body === '' ? undefined : body);
}

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** Bodies and paths that are not what they should be. */
export async function attackRequests(attacks: Attacks): Promise<void> {
  const harness = await makeHarness();
  const incident = await harness.openIncident();
  const sound = proposal(incident.id);
  const bodies: readonly (readonly [string, string])[] = [
    ['no JSON', '{"a":'],
    ['nothing', ''],
    ['an array', '[]'],
    ['a text', '"x"'],
    ['null', 'null'],
    ['an unknown key', JSON.stringify({ ...sound, admin: true })],
    ['a prototype key', `{"__proto__":{"admin":true},${JSON.stringify(sound).slice(1)}`],
    ['a constructor key', '{"constructor":{"prototype":{"admin":true}}}'],
    ['a lone surrogate', '{"incidentId":"\\ud800"}'],
    ['more than the limit', JSON.stringify({ ...sound, rationale: 'x'.repeat(300_000) })],
    ['deep nesting', nested(50_000)],
    ['a number as text', JSON.stringify({ ...sound, confidence: '0.9' })],
    ['infinity', JSON.stringify(sound).replace('0.9', '1e999')],
    ['a confidence above 1', JSON.stringify({ ...sound, confidence: 1.01 })],
    ['an action that is none', JSON.stringify({ ...sound, action: 'exec' })],
    ['an action of a cluster', JSON.stringify({ ...sound, action: 'k8s.scale' })],
    ['no check', JSON.stringify({ ...sound, verification: [] })],
    ['an incident that is none', JSON.stringify({ ...sound, incidentId: ID })],
    ['an incident with a path', JSON.stringify({ ...sound, incidentId: '../../x' })],
  ];
  for (const [intent, body] of bodies) {
    await attacks.try('requests', intent, async () => {
      const reply = await harness.call('POST', '/v1/plans', await harness.callers.person('mallory'), body);
      assert.ok(reply.status >= 400 && reply.status < 500, `answered ${reply.status}`);
    });
  }
  const paths = [
    '/v1/audit/',
    '/v1//audit',
    '/healthz/..%2f..%2fv1/audit',
    '/v1/audit%00',
    '/V1/AUDIT',
    '/v1/audit;x',
    '/metrics/../v1/audit',
    '/v1/plans/%2e%2e/audit',
    '/.env',
    '/v1/secrets',
  ];
  for (const url of paths) {
    await attacks.try('requests', `without a token: ${url}`, async () => {
      assert.equal((await harness.call('GET', url, {})).status, 401);
    });
  }
  for (const method of ['OPTIONS', 'HEAD', 'DELETE', 'PATCH', 'TRACE'] as const) {
    await attacks.try('requests', `${method} without a token`, async () => {
      const reply = await harness.executor.app.inject({
        method: method as 'HEAD',
        url: '/v1/plans',
        headers: { origin: 'null' },
      });
      assert.ok([401, 404, 405].includes(reply.statusCode), `answered ${reply.statusCode}`);
      assert.deepEqual(
        Object.keys(reply.headers).filter((name) => /^access-control|cookie/.test(name)),
        []
      );
    });
  }
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/xml']) {
    await attacks.try('requests', `content type ${type}`, async () => {
      const headers = { ...(await harness.callers.person()), 'content-type': type };
      assert.equal((await harness.call('POST', '/v1/plans', headers, JSON.stringify(sound))).status, 415);
    });
  }
  await harness.stop();
}
