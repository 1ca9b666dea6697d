import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TelemetryError, type TelemetryFailure } from '../errors.ts';
import {
  sendJson,
  sendText,
  startHostileServer,
  type Behaviour,
  type HostileServer,
} from '../testing/hostile-server.ts';
import { LOCALHOST_CERTIFICATE, LOCALHOST_KEY } from '../testing/tls-fixture.ts';
import { prepareConnection, type Connection } from './connection.ts';
import { requestJson, type ReadRequest, type RetryDependencies } from './request-json.ts';

const SECRET = 's3cret-token-value';
let server: HostileServer;

beforeAll(async () => {
  server = await startHostileServer();
});
afterAll(() => server.close());

function read(
  connection: Partial<Connection> = {},
  request: Partial<ReadRequest> = {},
  dependencies: RetryDependencies = { sleep: () => Promise.resolve() }
): Promise<unknown> {
  const prepared = prepareConnection('prometheus', {
    url: server.url,
    auth: { kind: 'bearer', token: SECRET },
    timeoutSeconds: 10,
    ...connection,
  });
  return requestJson(prepared, { path: '/api', ...request }, dependencies);
}

async function failureOf(promise: Promise<unknown>): Promise<TelemetryError> {
  const error: unknown = await promise.then(
    (value) => new Error(`answered ${JSON.stringify(value)}`),
    (reason: unknown) => reason
  );
  expect(error).toBeInstanceOf(TelemetryError);
  return error as TelemetryError;
}

const HTML = '<!doctype html><title>Log in</title>';
const MISBEHAVIOURS: readonly [string, Behaviour, TelemetryFailure, number][] = [
  ['a login page with status 200', (_, r) => sendText(r, HTML, 'text/html'), 'not-json', 1],
  ['a page that claims to be JSON', (_, r) => sendText(r, HTML, 'application/json'), 'not-json', 1],
  ['plain text', (_, r) => sendText(r, 'hello', 'text/plain'), 'not-json', 1],
  ['an empty body', (_, r) => sendText(r, '', 'text/plain'), 'not-json', 1],
  ['truncated JSON', (_, r) => sendText(r, '{"status":"succ', 'application/json'), 'bad-reply', 1],
  ['401', (_, r) => sendText(r, HTML, 'text/html', 401), 'unauthorized', 1],
  ['403', (_, r) => sendJson(r, { message: 'no' }, 403), 'forbidden', 1],
  ['404', (_, r) => sendText(r, 'nothing', 'text/plain', 404), 'not-found', 1],
  ['400', (_, r) => sendJson(r, { status: 'error', error: 'parse error' }, 400), 'bad-query', 1],
  ['429', (_, r) => sendJson(r, {}, 429), 'rate-limited', 3],
  ['500', (_, r) => sendJson(r, {}, 500), 'server-error', 1],
  ['504', (_, r) => sendText(r, 'request timed out', 'text/plain', 504), 'timeout', 1],
  ['502 with a page', (_, r) => sendText(r, HTML, 'text/html', 502), 'server-error', 3],
  ['a reset connection', (_, r) => r.socket?.destroy(), 'unreachable', 3],
  [
    'an answer that breaks off',
    (_, r) => {
      r.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
      r.write('{"status":', () => r.socket?.destroy());
    },
    'truncated',
    3,
  ],
  [
    'gzip that is none',
    (_, r) => {
      r.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      r.end('{"status":"success"}');
    },
    'bad-reply',
    1,
  ],
  [
    'a redirect to another host',
    (_, r) => {
      r.writeHead(302, { location: 'http://example.test/steal' });
      r.end();
    },
    'redirected',
    1,
  ],
  [
    'a redirect to another scheme',
    (_, r) => {
      r.writeHead(302, { location: server.url.replace('http:', 'https:') });
      r.end();
    },
    'redirected',
    1,
  ],
  [
    'a circle of redirects',
    (_, r) => {
      r.writeHead(302, { location: '/api' });
      r.end();
    },
    'redirected',
    4,
  ],
];

describe('a source that misbehaves', () => {
  it.each(MISBEHAVIOURS)('%s is a typed error', async (_, behaviour, failure, requests) => {
    server.behave(behaviour);
    const error = await failureOf(read());
    expect(error.failure).toBe(failure);
    expect(error.remedy).not.toBe('');
    expect(server.seen).toHaveLength(requests);
  });

  it('names the host and the remedy for a login page', async () => {
    server.behave((_, response) => sendText(response, HTML, 'text/html'));
    const error = await failureOf(read());
    expect(error.code).toBe('CAUSEWAY_PROM_NOT_JSON');
    expect(error.message).toContain(new URL(server.url).host);
    expect(error.remedy).toContain('Check the URL / login page / proxy');
  });

  it.each<[string, Behaviour]>([
    ['hangs', () => undefined],
    [
      'drips',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const timer = setInterval(() => response.write(' '), 20);
        response.on('close', () => clearInterval(timer));
      },
    ],
  ])('is a timeout when it %s', async (_, behaviour) => {
    server.behave(behaviour);
    expect((await failureOf(read({ timeoutSeconds: 0.2 }))).failure).toBe('timeout');
  });

  it('is stopped when it sends more than the limit, also compressed', async () => {
    const huge = JSON.stringify('x'.repeat(3_000_000));
    server.behave((_, response) => sendText(response, huge, 'application/json'));
    expect((await failureOf(read({ maxResponseBytes: 1_000_000 }))).failure).toBe('too-large');
    server.behave((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(huge));
    });
    expect((await failureOf(read({ maxResponseBytes: 1_000_000 }))).failure).toBe('too-large');
    expect(await read({ maxResponseBytes: 4_000_000 })).toHaveLength(3_000_000);
  });

  it('is unreachable when nobody listens', async () => {
    const gone = await startHostileServer();
    await gone.close();
    const error = await failureOf(read({ url: gone.url }));
    expect(error.failure).toBe('unreachable');
    expect(error.message).toContain('ECONNREFUSED');
  });
});

describe('secrets', () => {
  it.each<[string, Behaviour]>([
    ['in an error text', (request, r) => sendJson(r, { error: `bad ${request.headers.authorization}` }, 400)],
    ['in a plain body', (request, r) => sendText(r, `bad ${request.headers.authorization}`, 'text/plain', 403)],
  ])('that a server echoes %s are redacted', async (_, behaviour) => {
    server.behave(behaviour);
    const error = await failureOf(read());
    expect(error.message).toContain('[redacted]');
    expect(`${error.message} ${String(error.cause)} ${error.stack}`).not.toContain(SECRET);
  });

  it('are refused when they cannot be a header, without being shown', async () => {
    for (const auth of [
      { kind: 'bearer', token: `${SECRET}\r\nx: y` },
      { kind: 'header', name: 'x y', value: SECRET },
      { kind: 'bearer', token: '' },
    ] as const) {
      expect(() => prepareConnection('loki', { url: server.url, auth })).toThrow(
        expect.objectContaining({ failure: 'bad-auth', message: expect.not.stringContaining(SECRET) })
      );
    }
  });

  it.each(['ftp://x', 'nonsense', 'http://user:pass@host', 'http://host?token=1', 'http://host#x'])(
    'refuses the address %s',
    (url) => {
      expect(() => prepareConnection('tempo', { url })).toThrow(expect.objectContaining({ failure: 'bad-url' }));
    }
  );
});

describe('retries', () => {
  it('wait with full jitter, at most twice, and then succeed', async () => {
    const waits: number[] = [];
    server.behave((_, response) =>
      server.seen.length < 3 ? sendJson(response, {}, 503) : sendJson(response, { fine: true })
    );
    const sleep = (ms: number): Promise<void> => {
      waits.push(ms);
      return Promise.resolve();
    };
    expect(await read({}, {}, { random: () => 0.5, sleep })).toEqual({ fine: true });
    expect(waits).toEqual([125, 250]);
  });

  it('honour Retry-After in seconds', async () => {
    const waits: number[] = [];
    server.behave((_, response) => {
      response.setHeader('retry-after', '2');
      sendJson(response, {}, server.seen.length < 2 ? 429 : 200);
    });
    const sleep = (ms: number): Promise<void> => {
      waits.push(ms);
      return Promise.resolve();
    };
    await read({}, {}, { random: () => 0, sleep });
    expect(waits).toEqual([2000]);
  });

  it('do not wait for a Retry-After beyond the deadline', async () => {
    server.behave((_, response) => {
      response.setHeader('retry-after', '3600');
      sendJson(response, {}, 429);
    });
    expect((await failureOf(read())).failure).toBe('rate-limited');
    expect(server.seen).toHaveLength(1);
  });
});

describe('cancelling', () => {
  it('ends a request that hangs', async () => {
    const controller = new AbortController();
    server.behave(() => controller.abort());
    expect((await failureOf(read({}, { signal: controller.signal }))).failure).toBe('cancelled');
  });

  it('ends the wait before a retry', async () => {
    const controller = new AbortController();
    server.behave((_, response) => {
      response.setHeader('retry-after', '5');
      sendJson(response, {}, 503);
      response.on('close', () => controller.abort());
    });
    expect((await failureOf(read({}, { signal: controller.signal }, {}))).failure).toBe('cancelled');
  });
});

describe('requests', () => {
  it.each([
    [{ kind: 'basic', user: 'u', password: 'p' }, 'authorization', 'Basic dTpw'],
    [{ kind: 'bearer', token: 't' }, 'authorization', 'Bearer t'],
    [{ kind: 'header', name: 'X-Scope-OrgID', value: 'team' }, 'x-scope-orgid', 'team'],
  ] as const)('carry %o', async (auth, header, value) => {
    server.behave((_, response) => sendJson(response, {}));
    await read({ auth });
    expect(server.seen[0]?.headers[header]).toBe(value);
  });

  it('keep the prefix of a proxy and follow redirects on the same origin', async () => {
    server.behave((request, response) => {
      if (request.path.endsWith('/api')) {
        response.writeHead(307, { location: `${request.path}/moved` });
        response.end();
      } else {
        sendJson(response, request.path);
      }
    });
    const url = `${server.url}/api/datasources/proxy/uid/abc/`;
    expect(await read({ url })).toBe('/api/datasources/proxy/uid/abc/api/moved');
  });

  it('are sent as a form when they are long and the source allows it', async () => {
    server.behave((request, response) => sendJson(response, [request.method, request.parameters.get('query')]));
    const query = 'x'.repeat(5000);
    expect(await read({}, { parameters: [['query', query]], allowForm: true })).toEqual(['POST', query]);
    expect(await read({}, { parameters: [['query', 'up']], allowForm: true })).toEqual(['GET', 'up']);
  });
});

describe('a private CA', () => {
  it('is trusted when it is given and only then', async () => {
    const secure = await startHostileServer({ key: LOCALHOST_KEY, cert: LOCALHOST_CERTIFICATE });
    try {
      expect((await failureOf(read({ url: secure.url }))).failure).toBe('tls');
      expect(await read({ url: secure.url, caPem: LOCALHOST_CERTIFICATE })).toEqual({});
      const wrongHost = secure.url.replace('localhost', '127.0.0.1');
      expect((await failureOf(read({ url: wrongHost, caPem: LOCALHOST_CERTIFICATE }))).failure).toBe('tls');
    } finally {
      await secure.close();
    }
  });

  it.each([
    ['https://host', 'no certificate'],
    ['http://host', LOCALHOST_CERTIFICATE],
  ])('is refused for %s when it makes no sense', (url, caPem) => {
    expect(() => prepareConnection('loki', { url, caPem })).toThrow(expect.objectContaining({ failure: 'bad-ca' }));
  });
});
