import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RcaReport } from '#model';
import { createExecutorClient, type ExecutorClient } from './executor-client.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const signingKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly body: string;
  readonly token: string;
}

let server: Server;
let client: ExecutorClient;
let seen: Seen[] = [];
interface Reply {
  readonly status: number;
  readonly body: string;
}

let reply: Reply | ((url: string) => Reply) | 'hang' | 'cut';

beforeAll(async () => {
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, body: Buffer.concat(parts).toString(), token: headers.authorization?.slice(7) ?? '' });
      if (reply === 'cut') {
        response.destroy();
      } else if (reply !== 'hang') {
        const { status, body } = typeof reply === 'function' ? reply(url) : reply;
        response.writeHead(status, { 'content-type': 'application/json' }).end(body);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = createExecutorClient({ url: `${url}/`, signingKeyPem, timeoutSeconds: 1 });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  seen = [];
  reply = { status: 200, body: '{"id":"1","items":[],"nextCursor":null}' };
});

const plan = {
  incidentId: '1',
  action: 'restart' as const,
  target: { kind: 'deployment' as const, name: 'payment' },
  parameters: {},
  rationale: 'r',
  confidence: 1,
  expectedSeconds: 30,
  verification: [{ name: 'n', query: 'up', operator: '<' as const, threshold: 1, unit: 'count' }],
};

describe('the executor client', () => {
  it.each([
    ['reads', () => client.listOpenIncidents(), 'read', 'GET', '/v1/incidents?status=open'],
    [
      'writes reports',
      () => client.updateReport('a/b', {} as RcaReport),
      'ledger',
      'PUT',
      '/v1/incidents/a%2Fb/report',
    ],
    ['proposes', () => client.proposePlan(plan), 'propose', 'POST', '/v1/plans'],
    ['asks for labels', () => client.listLabels({ fromMs: 1.5, toMs: 9 }), 'read', 'GET', '/v1/labels?from=1&to=9'],
  ])('%s with a token for that and nothing else', async (_case, call, intent, method, url) => {
    await call();
    const [request] = seen;
    expect(request).toMatchObject({ method, url });
    const { payload, protectedHeader } = await jwtVerify(request?.token ?? '', publicKey, {
      issuer: 'causeway-backend',
      audience: 'causeway-executor',
      algorithms: ['EdDSA'],
    });
    expect(protectedHeader).toEqual({ alg: 'EdDSA', typ: 'JWT' });
    expect(payload).toMatchObject({
      intent,
      bodySha256: createHash('sha256')
        .update(request?.body ?? '')
        .digest('hex'),
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60);
  });

  it('never uses a token twice', async () => {
    await client.ping();
    await client.ping();
    expect(new Set(seen.map(({ token }) => token)).size).toBe(2);
  });

  it('reads all pages, and not for ever', async () => {
    reply = (url) => ({
      status: 200,
      body: url.includes('cursor=')
        ? '{"items":[{"id":"2"}],"nextCursor":null}'
        : '{"items":[{"id":"1"}],"nextCursor":"n"}',
    });
    expect((await client.listPlans('1')).map(({ id }) => id)).toEqual(['1', '2']);
    reply = { status: 200, body: '{"items":[{"id":"1"}],"nextCursor":"again"}' };
    expect((await client.listPlans('1')).length).toBeLessThan(100);
  });

  it.each([
    [
      'a refusal',
      409,
      '{"code":"PLAN_STALE","detail":"The target changed.","remedy":"Propose again."}',
      'CAUSEWAY_EXECUTOR_REFUSED',
    ],
    ['a page instead of JSON', 200, '<html>', 'CAUSEWAY_EXECUTOR_BAD_REPLY'],
    ['an error without a reason', 500, '{}', 'CAUSEWAY_EXECUTOR_BAD_REPLY'],
    ['a list that is none', 200, '{"items":[{}]}', 'CAUSEWAY_EXECUTOR_BAD_REPLY'],
    ['an answer without end', 200, JSON.stringify({ items: 'x'.repeat(9_000_000) }), 'CAUSEWAY_EXECUTOR_BAD_REPLY'],
  ])('tells of %s', async (_case, status, body, code) => {
    reply = { status, body };
    await expect(client.listOpenIncidents()).rejects.toMatchObject({ code });
  });

  it('takes a lease, and no answer that is none', async () => {
    const lease = { name: 'watch-a', holder: 'me', held: true, expiresMs: 9, token: 3 };
    reply = { status: 200, body: JSON.stringify(lease) };
    expect(await client.putLease('watch-a', { holder: 'me', ttlSeconds: 60 })).toEqual(lease);
    expect(seen.at(-1)).toMatchObject({ method: 'PUT', url: '/v1/leases/watch-a' });
    reply = { status: 200, body: '{"held":"yes"}' };
    await expect(client.putLease('watch-a', { holder: 'me', ttlSeconds: 60 })).rejects.toMatchObject({
      code: 'CAUSEWAY_EXECUTOR_BAD_REPLY',
    });
    reply = { status: 200, body: '{"items":[{"id":"1","label":"nonsense"}],"nextCursor":null}' };
    await expect(client.listLabels({ fromMs: 1, toMs: 2 })).rejects.toMatchObject({
      code: 'CAUSEWAY_EXECUTOR_BAD_REPLY',
    });
  });

  it('keeps the executor’s own words and remedy', async () => {
    reply = { status: 422, body: '{"code":"BOUNDS","detail":"replicas is above 20.","remedy":"Ask for fewer."}' };
    await expect(client.proposePlan(plan)).rejects.toMatchObject({
      message: expect.stringMatching(/BOUNDS.*replicas is above 20/) as string,
      remedy: 'Ask for fewer.',
    });
  });

  it('gives up at its deadline, on cancel and on a broken connection', async () => {
    reply = 'hang';
    await expect(client.ping()).rejects.toMatchObject({ code: 'CAUSEWAY_EXECUTOR_TIMEOUT' });
    await expect(client.ping(AbortSignal.abort())).rejects.toMatchObject({ code: 'CAUSEWAY_CANCELLED' });
    reply = 'cut';
    await expect(client.ping()).rejects.toMatchObject({ code: 'CAUSEWAY_EXECUTOR_UNREACHABLE' });
  });

  it.each([
    '',
    'no key',
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  ])('refuses a key that is not Ed25519, without showing it', (pem) => {
    const make = () => createExecutorClient({ url: 'http://e', signingKeyPem: pem, timeoutSeconds: 1 });
    expect(make).toThrow(/executorSigningKey/);
    expect(make).not.toThrow(/BEGIN/);
  });
});
