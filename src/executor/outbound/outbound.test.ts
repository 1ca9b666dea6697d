import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { classifyAddress, isAllowed } from './address-class.ts';
import { loadEndpoints } from './endpoints.ts';
import { resolveHost } from './resolve-host.ts';
import { parseRetryAfter } from './retry-after.ts';
import { sendRequest, type OutboundTarget } from './send-request.ts';
import { fakeReceiver, type FakeReceiver } from './testing/fake-receiver.ts';
import { FORBIDDEN_ANSWERS, FORBIDDEN_HOSTS, PRIVATE_HOSTS, PUBLIC_HOSTS } from './testing/ssrf.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'causeway-outbound-'));
const opened: FakeReceiver[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function file(content: unknown): string {
  const name = path.join(folder, `${(files += 1)}`);
  writeFileSync(name, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 });
  return name;
}

async function receiver(tls = true): Promise<FakeReceiver> {
  const server = await fakeReceiver({ tls });
  opened.push(server);
  return server;
}

function targetOf(server: FakeReceiver, changes: Partial<OutboundTarget> = {}): OutboundTarget {
  return {
    url: new URL(`${server.url}/hook`),
    method: 'POST',
    headers: {},
    timeoutMs: 5000,
    maxBytes: 1000,
    allowPrivate: true,
    ca: server.ca === '' ? undefined : server.ca,
    ...changes,
  };
}

const load = (endpoint: object, allowHttp: readonly string[] = []) =>
  loadEndpoints(file({ allowHttp, endpoints: { hook: endpoint } }));

describe('where requests may go', () => {
  it.each(FORBIDDEN_HOSTS)('refuses %s as a setting', (host) => {
    expect(() => load({ url: `https://${host}/x` })).toThrow(/endpoints\.hook/);
  });

  it.each(FORBIDDEN_HOSTS)('refuses to connect to %s', async (host) => {
    await expect(resolveHost(new URL(`https://${host}/`).hostname, false)).rejects.toThrow(/not allowed/);
  });

  it('opens only private and loopback addresses by allowPrivate', () => {
    const opens = (host: string) => {
      try {
        load({ url: `https://${host}/`, allowPrivate: true });
        return true;
      } catch {
        return false;
      }
    };
    expect(PRIVATE_HOSTS.filter((host) => !opens(host))).toEqual([]);
    const inside = new Set(['private', 'loopback']);
    const never = FORBIDDEN_HOSTS.filter((host) => {
      const { hostname } = new URL(`https://${host}/`);
      return !inside.has(classifyAddress(hostname.replace(/^\[(.*)\]$/, '$1')));
    });
    expect(never.length).toBeGreaterThan(25);
    expect(never.filter(opens)).toEqual([]);
  });

  it('reaches the internet', () => {
    expect(PUBLIC_HOSTS.filter((host) => load({ url: `https://${host}/` }).get('hook') === undefined)).toEqual([]);
  });

  it.each(FORBIDDEN_ANSWERS.map((answers) => [answers.join(', '), answers] as const))(
    'refuses a name that leads to %s',
    async (_text, answers) => {
      const resolve = async () => answers.map((address) => ({ address, family: 4 }));
      const target = { ...targetOf(await receiver()), url: new URL('https://hooks.test/'), allowPrivate: false };
      const reply = await sendRequest(target, '{}', undefined, resolve);
      expect(reply).toMatchObject({ kind: 'blocked' });
    }
  );

  it('connects to the address that was checked and asks for it once', async () => {
    const server = await receiver(false);
    const { port } = new URL(server.url);
    let asked = 0;
    const resolve = async () => [{ address: (asked += 1) === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }];
    const target = { ...targetOf(server), url: new URL(`http://hooks.test:${port}/`) };
    expect(await sendRequest(target, '{}', undefined, resolve)).toMatchObject({ kind: 'answered', status: 200 });
    expect(asked).toBe(1);
    expect(server.requests[0]?.headers.host).toBe(`hooks.test:${port}`);
  });

  it('never allows what is no address', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/^[\d.]+$|:/.test(text));
        expect(isAllowed(text, true)).toBe(false);
      })
    );
  });

  it('judges IPv4 alike when it is wrapped in IPv6', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(classifyAddress(`::ffff:${address}`)).toBe(classifyAddress(address));
      })
    );
  });
});

describe('one request', () => {
  it('carries body and headers over TLS and gives status and text', async () => {
    const server = await receiver();
    const target = targetOf(server, { headers: { authorization: 'Bearer abc' } });
    expect(await sendRequest(target, '{"a":1}')).toEqual({ kind: 'answered', status: 200, text: 'ok' });
    expect(server.requests).toMatchObject([
      { method: 'POST', path: '/hook', body: '{"a":1}', headers: { authorization: 'Bearer abc' } },
    ]);
  });

  it('does not trust a certificate of its own making', async () => {
    const server = await receiver();
    expect(await sendRequest(targetOf(server, { ca: undefined }), '{}')).toMatchObject({ kind: 'not-sent' });
    expect(server.requests).toEqual([]);
  });

  it('does not follow a redirect', async () => {
    const server = await receiver();
    const other = await receiver();
    server.answer({ status: 307, headers: { location: `${other.url}/` } });
    expect(await sendRequest(targetOf(server), '{}')).toMatchObject({ kind: 'answered', status: 307 });
    expect(other.requests).toEqual([]);
  });

  it.each(['hang', 'cut'] as const)('does not know the outcome when the server does %s', async (answer) => {
    const server = await receiver();
    server.answer(answer);
    expect(await sendRequest(targetOf(server, { timeoutMs: 500 }), '{}')).toMatchObject({ kind: 'unknown' });
    expect(server.requests).toHaveLength(1);
  });

  it('reads no more than the limit', async () => {
    const server = await receiver();
    server.answer('endless');
    const reply = await sendRequest(targetOf(server), '{}');
    expect(reply.kind === 'answered' && reply.text.length).toBe(1000);
  });

  it('says that nothing was sent when nobody listens, and when it is stopped before', async () => {
    const server = await receiver();
    await server.close();
    expect(await sendRequest(targetOf(server), '{}')).toEqual({
      kind: 'not-sent',
      message: 'no connection (ECONNREFUSED)',
    });
    expect(await sendRequest(targetOf(server), '{}', AbortSignal.abort())).toEqual({
      kind: 'not-sent',
      message: 'it was stopped',
    });
  });

  it('gives up a name service that never answers', async () => {
    const target = { ...targetOf(await receiver(), { timeoutMs: 200 }), url: new URL('https://hooks.test/') };
    const reply = await sendRequest(target, '{}', undefined, () => new Promise(() => {}));
    expect(reply).toEqual({ kind: 'not-sent', message: 'it took too long' });
  });
});

describe('endpoints', () => {
  it('send an idempotency key and secrets of files, and show neither', async () => {
    const server = await receiver();
    const token = 'canary-5f3a9c1e77';
    const endpoints = load({
      url: `${server.url}/in`,
      allowPrivate: true,
      caFile: file(server.ca),
      headers: { Authorization: { secretFile: file(`${token}\n`), prefix: 'Bearer ' }, 'X-Team': { value: 'shop' } },
      retry: 'with-key',
    });
    const endpoint = endpoints.get('hook');
    expect(await endpoint?.send({ a: 1 }, 'op-1')).toMatchObject({ kind: 'answered', status: 200 });
    expect(server.requests[0]?.headers).toMatchObject({
      'idempotency-key': 'op-1',
      authorization: `Bearer ${token}`,
      'x-team': 'shop',
      'content-type': 'application/json',
    });
    expect(endpoint).toMatchObject({ id: 'hook', mayRepeat: true, method: 'POST', host: new URL(server.url).host });
    expect(endpoints.secrets).toEqual([token]);
    expect(JSON.stringify({ ...endpoint, ids: endpoints.ids })).not.toContain(token);
  });

  it('have another version when settings change', () => {
    const url = 'https://hooks.test/x';
    const versions = [{ url }, { url, method: 'PUT' }, { url: `${url}y` }, { url, retry: 'with-key' }].map(
      (settings) => load(settings).get('hook')?.version
    );
    expect(new Set(versions).size).toBe(4);
    expect(load({ url }).get('hook')?.version).toBe(versions[0]);
  });

  it.each([
    ['no address', {}],
    ['two addresses', { url: 'https://a.test/', urlFile: '/x' }],
    ['an unknown key', { url: 'https://a.test/', follow: true }],
    ['http', { url: 'http://a.test/' }],
    ['another scheme', { url: 'file:///etc/passwd' }],
    ['credentials', { url: 'https://user:pass@a.test/' }],
    ['a method that reads', { url: 'https://a.test/', method: 'GET' }],
    ['a secret in the file', { url: 'https://a.test/', headers: { Authorization: { value: 'Bearer abc' } } }],
    ['a header of the connection', { url: 'https://a.test/', headers: { Host: { value: 'b.test' } } }],
    ['a header with a line break', { url: 'https://a.test/', headers: { 'X-A': { value: 'a\r\nb: c' } } }],
    ['a secret that is not there', { url: 'https://a.test/', headers: { 'X-Key': { secretFile: '/nowhere/at/all' } } }],
    ['no deadline', { url: 'https://a.test/', timeoutSeconds: 3600 }],
  ])('refuse %s', (_name, endpoint) => {
    expect(() => load(endpoint)).toThrow(/^CAUSEWAY_ENDPOINTS_FILE is wrong at endpoints\.hook/);
  });

  it('refuse placeholders, and never quote what they read', () => {
    const header = (content: string) => ({
      url: 'https://a.test/',
      headers: { 'X-Key': { secretFile: file(content) } },
    });
    expect(() => load(header('changeme'))).toThrow(/holds no secret/);
    expect(() => load(header('two\nlines-canary'))).toThrow(/^(?!.*canary)/);
    expect(() => load({ urlFile: file('ftp://canary/') })).toThrow(/^(?!.*canary)/);
    expect(() => loadEndpoints(file('{"canary'))).toThrow(/^(?!.*canary).*not JSON/);
    expect(() => loadEndpoints('/nowhere/at/all')).toThrow(/cannot be read/);
  });

  it('use http for named hosts only', () => {
    expect(load({ url: 'http://jira.test/' }, ['jira.test']).get('hook')?.host).toBe('jira.test');
    expect(() => load({ url: 'http://evil.test/' }, ['jira.test'])).toThrow(/not https/);
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 0, 5);
  it.each([
    ['120', 120],
    [' 7 ', 7],
    ['0', 0],
    ['99999999', 86_400],
    [new Date(now + 90_000).toUTCString(), 90],
    [new Date(now - 90_000).toUTCString(), 0],
    ['soon', undefined],
    ['-1', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is %s seconds', (header, seconds) => {
    expect(parseRetryAfter(header, now)).toBe(seconds);
  });
});
