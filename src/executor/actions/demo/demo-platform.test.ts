import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { redactor } from '../../log.ts';
import { demoPlatform } from './demo-platform.ts';

const TOKEN = 'platform-canary-8f2b6f0c';
const target = { kind: 'edge' as const, name: 'payment', peer: 'payment-provider' };
const request = {
  action: 'rate-limit' as const,
  target,
  parameters: {
    requestsPerSecond: 100,
    durationSeconds: 60,
  },
  expectedVersion: '3',
  operationId: 'op-1',
};

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly authorization: string;
  readonly body: string;
}
let server: Server;
let seen: Seen[];
let answer: { status: number; body: string; headers?: Record<string, string> } | 'reset';
beforeEach(async () => {
  seen = [];
  server = createServer((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (chunk) => (body += chunk));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      seen.push({ method, url, authorization: headers.authorization ?? '', body });
      if (answer === 'reset') {
        incoming.socket.destroy();
      } else {
        outgoing.writeHead(answer.status, answer.headers).end(answer.body);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const platform = () => {
  const { port } = server.address() as AddressInfo;
  return demoPlatform({ url: `http://127.0.0.1:${port}/shop/v1/`, token: TOKEN, redact: redactor([TOKEN]) });
};
const json = (body: object, status = 200) => ({ status, body: JSON.stringify(body) });

describe('the demo platform', () => {
  it('reads a target with its bearer', async () => {
    answer = json({ kind: 'edge', name: 'payment', uid: 'u1', version: '3', spec: { limit: null } });
    expect(await platform().readTarget(target)).toEqual({ uid: 'u1', version: '3', spec: { limit: null } });
    expect(seen).toEqual([
      {
        method: 'GET',
        url: '/shop/v1/platform/targets/edge/payment?peer=payment-provider',
        body: '',
        authorization: `Bearer ${TOKEN}`,
      },
    ]);
  });

  it('escapes names in the path', async () => {
    answer = json({ uid: 'u1', version: '3', spec: {} });
    await platform().readTarget({ kind: 'deployment', name: 'a/../b?c#d' });
    expect(seen[0]?.url).toBe('/shop/v1/platform/targets/deployment/a%2F..%2Fb%3Fc%23d');
  });

  it('sends the same change for a dry run as for the effect', async () => {
    answer = json({ applied: false, diff: 'limit: none -> 100/s', version: '3', message: 'dry run' });
    expect(await platform().dryRun(request)).toBe('limit: none -> 100/s');
    answer = json({ applied: true, diff: 'limit: none -> 100/s', version: '4', message: 'limited' });
    expect(await platform().apply(request)).toEqual({ kind: 'applied', message: 'limited' });
    const [first, second] = seen.map((call) => JSON.parse(call.body));
    expect(first).toEqual({ ...request, dryRun: true });
    expect(second).toEqual({ ...request, dryRun: false });
  });

  it.each([
    ['a conflict', json({ message: 'version is 4' }, 409), { kind: 'conflict', message: 'version is 4' }],
    ['bad parameters', json({ error: 'too low' }, 422), { kind: 'refused', message: 'too low' }],
    ['a refused token', json({}, 401), { kind: 'refused' }],
    ['a server error', json({}, 500), { kind: 'unknown' }],
    ['HTML', { status: 200, body: '<html>' }, { kind: 'unknown' }],
    ['a wrong shape', json({ applied: 'yes', diff: 1 }), { kind: 'unknown' }],
    ['a redirect', { status: 302, body: '', headers: { location: '/elsewhere' } }, { kind: 'unknown' }],
    ['a reset', 'reset' as const, { kind: 'unknown' }],
    ['a huge reply', { status: 200, body: 'x'.repeat(300_000) }, { kind: 'unknown' }],
    ['a secret in the text', json({ message: `bad ${TOKEN}` }, 422), { kind: 'refused', message: 'bad [redacted]' }],
  ])('says what is known after %s', async (_, reply, expected) => {
    answer = reply;
    expect(await platform().apply(request)).toMatchObject(expected);
    expect(seen).toHaveLength(1);
  });

  it.each([
    ['404', json({}, 404), 'TARGET_UNKNOWN'],
    ['500', json({}, 500), 'PLATFORM_UNAVAILABLE'],
    ['401', json({}, 401), 'PLATFORM_UNAVAILABLE'],
    ['nonsense', json({ uid: 1 }), 'PLATFORM_UNAVAILABLE'],
    ['a reset', 'reset' as const, 'PLATFORM_UNAVAILABLE'],
  ])('does not take %s for a target', async (_, reply, code) => {
    answer = reply;
    await expect(platform().readTarget(target)).rejects.toMatchObject({ code });
  });

  it('stops at the signal of the caller', async () => {
    answer = json({});
    await expect(platform().readTarget(target, AbortSignal.abort())).rejects.toMatchObject({
      code: 'PLATFORM_UNAVAILABLE',
    });
  });

  it('offers no approval for a dry run that was refused', async () => {
    answer = json({ message: 'quota exceeded' }, 422);
    await expect(platform().dryRun(request)).rejects.toMatchObject({
      code: 'PLATFORM_REFUSED',
      message: 'quota exceeded',
    });
  });
});
