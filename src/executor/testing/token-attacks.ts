import { createHmac } from 'node:crypto';
import { generateKeyPair } from 'jose';
import type { Route } from '../http/route.ts';
import type { Callers } from './callers.ts';
import { ALERT_TOKEN, PROXY_TOKEN, sha256 } from './callers.ts';

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);

/** Requests that prove nothing. Each has to be refused on every route. */
export const TOKEN_ATTACKS: Readonly<
  Record<string, (callers: Callers, route: Route, body: string) => Promise<Record<string, string>>>
> = {
  'no token': async () => ({}),
  'an empty bearer': async () => ({ authorization: 'Bearer ' }),
  'a wrong bearer': async () => ({ authorization: 'Bearer wrong-token-0123456789' }),
  'basic credentials': async () => ({
    authorization: `Basic ${Buffer.from(`admin:${PROXY_TOKEN}`).toString('base64')}`,
  }),
  'the bearer of alerts with an identity': async (callers, route) =>
    // Where alerts are taken it is the right one; there the other half of the attack is made.
    callers.person('alice', { proxyToken: isWebhook(route) ? `${ALERT_TOKEN}x` : ALERT_TOKEN }),
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
  'a backend token with changed claims': async (callers, route, body) => {
    const { authorization = '' } = await callers.backend(intentOf(route), body);
    const [head, , signature] = authorization.split('.');
    const changed = { ...claims(route), bodySha256: sha256(body), exp: now() + 60 };
    return { authorization: `${head}.${base64(changed)}.${signature}` };
  },
  'an identity with changed claims': async (callers) => {
    const headers = await callers.person('alice');
    const [head, , signature] = (headers['x-grafana-id'] ?? '').split('.');
    const changed = { sub: 'user:admin', aud: 'org:1', username: 'admin', iat: now(), exp: now() + 60 };
    return { ...headers, 'x-grafana-id': `${head}.${base64(changed)}.${signature}` };
  },
  'an identity signed with the public key as HMAC secret': async (callers) => {
    const payload = { sub: 'user:admin', aud: 'org:1', username: 'admin', iat: now(), exp: now() + 60 };
    const signed = `${base64({ alg: 'HS256', kid: 'g1' })}.${base64(payload)}`;
    const mac = createHmac('sha256', JSON.stringify(callers.grafanaJwks.keys[0])).update(signed).digest('base64url');
    return { authorization: `Bearer ${PROXY_TOKEN}`, 'x-grafana-id': `${signed}.${mac}` };
  },
  'an identity from the future': (callers) =>
    callers.person('alice', { claims: { iat: now() + 60, exp: now() + 600 } }),
  'an unsigned backend token': async (_, route) => ({
    authorization: `Bearer ${base64({ alg: 'none' })}.${base64(claims(route))}.`,
  }),
  'a backend token signed with the public key as HMAC secret': async (callers, route) => {
    const signed = `${base64({ alg: 'HS256' })}.${base64(claims(route))}`;
    const mac = createHmac('sha256', callers.backendPublicPem).update(signed).digest('base64url');
    return { authorization: `Bearer ${signed}.${mac}` };
  },
};

const isWebhook = ({ access }: Route): boolean => !access.public && access.webhook === true;
/** The least body of a request to a route. */
export const bodyOf = (route: Route): string => (route.method === 'GET' ? '' : '{}');
/** An intent that a route takes, where there is one. */
export const intentOf = ({ access }: Route): string => (access.public ? 'read' : (access.backend[0] ?? 'propose'));
const claims = (route: Route) => ({
  iss: 'causeway-backend',
  aud: 'causeway-executor',
  intent: intentOf(route),
  jti: 'j'.repeat(20),
  iat: now(),
  exp: now() + 60,
  bodySha256: 'a'.repeat(64),
});
