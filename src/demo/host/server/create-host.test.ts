import { request as rawRequest } from 'node:http';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseHandshake, toBackendEnvironment } from './backend-process.ts';
import { type HostHarness, startHostHarness } from './testing/host-harness.ts';

let harness: HostHarness;

beforeAll(async () => {
  harness = await startHostHarness();
  await vi.waitUntil(() => harness.backendLog().includes('health for nobody'), { timeout: 20_000 });
});
afterAll(() => harness.stop());

const json = async (path: string, init?: Parameters<HostHarness['fetch']>[1]) => {
  const answer = await harness.fetch(path, init);
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as any };
};
const post = (body: unknown, person = 'alice', method = 'POST') => ({
  method,
  person,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});

describe('the page', () => {
  it('carries boot data of the current person and the shop time, and is not called Grafana', async () => {
    const html = await (await harness.fetch('/a/test-demo-app/overview', { person: 'bob' })).text();
    expect(html).toContain('<title>Causeway demo</title>');
    expect(html).toContain('"login":"bob"');
    expect(html).toContain('"clock":{"nowMs":1700000000000,"speed":10}');
    expect(html).toContain('/a/test-demo-app/secret');
    expect(html).toContain('"clock";');
  });

  it('shows a viewer no page that needs a permission', async () => {
    const html = await (await harness.fetch('/', { person: 'vera' })).text();
    expect(html).toContain('/a/test-demo-app/overview');
    expect(html).not.toContain('/a/test-demo-app/secret');
  });

  it.each([
    ['/?theme=light', '', 'light', true],
    ['/', 'causeway_demo_theme=light', 'light', false],
    ['/?theme=dark', 'causeway_demo_theme=light', 'dark', true],
    ['/?theme=pink', '', 'dark', true],
  ])('%s with the cookie %j is %s', async (path, cookie, theme, isRemembered) => {
    const answer = await harness.fetch(path, { headers: { cookie } });
    expect(await answer.text()).toContain(`class="theme-${theme}"`);
    expect(answer.headers.has('set-cookie')).toBe(isRemembered);
  });

  it('allows scripts of its own only', async () => {
    const answer = await harness.fetch('/');
    const nonce = /nonce="([^"]+)"/.exec(await answer.text())?.[1];
    expect(answer.headers.get('content-security-policy')).toContain(`script-src 'self' 'nonce-${nonce}'`);
  });
});

describe('files', () => {
  it('of the plugin are served under its own id, but never its executable', async () => {
    expect((await harness.fetch('/public/plugins/test-demo-app/module.js')).status).toBe(200);
    expect((await harness.fetch('/public/plugins/causeway-aiops-datasource/plugin.json')).status).toBe(200);
    const executable = `gpx_test_${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
    expect((await harness.fetch(`/public/plugins/causeway-aiops-datasource/${executable}`)).status).toBe(404);
    expect((await harness.fetch('/public/plugins/test-demo-app/..%2f..%2fproxy-token')).status).toBe(404);
  });

  it('that are missing icons are listed and not masked', async () => {
    expect((await harness.fetch('/public/build/img/icons/unicons/known.svg')).status).toBe(200);
    expect((await harness.fetch('/public/build/img/icons/unicons/unknown.svg')).status).toBe(404);
    expect((await json('/host/missing-icons')).body).toEqual(['unicons/unknown.svg']);
  });
});

describe('queries', () => {
  it('go through gRPC and come back as JSON frames with entities', async () => {
    const query = { refId: 'A', datasource: { uid: 'causeway' }, queryType: 'x' };
    const { status, body } = await json('/api/ds/query', post({ queries: [query], from: '1000', to: '2000' }));
    expect(status).toBe(200);
    expect(body.results.A.frames[0].data).toEqual({
      values: [
        [1000, 16_000],
        [0.5, null],
      ],
      entities: [null, { NaN: [1] }],
    });
    expect(body.results.A.frames[0].schema.fields[1].labels).toEqual({ service: 'payment' });
  });

  it('read relative times on the shop clock', async () => {
    const query = { refId: 'A', datasource: { uid: 'causeway' } };
    const { body } = await json('/api/ds/query', post({ queries: [query], from: 'now-1h', to: 'now' }));
    expect(body.results.A.frames[0].data.values[0][0]).toBe(1_700_000_000_000 - 3_600_000);
  });

  it('fail one by one', async () => {
    const queries = [
      { refId: 'A', datasource: { uid: 'causeway' }, queryType: 'x' },
      { refId: 'B', datasource: { uid: 'causeway' }, queryType: 'fail' },
      { refId: 'C', datasource: { uid: 'nowhere' } },
      { refId: 'D', datasource: { uid: 'causeway' }, hide: true },
    ];
    const { status, body } = await json('/api/ds/query', post({ queries, from: 1, to: 2 }));
    expect(status).toBe(400);
    expect(Object.keys(body.results)).toEqual(['A', 'B', 'C']);
    expect(body.results.A.error).toBeUndefined();
    expect(body.results.B).toMatchObject({ status: 400, error: 'no such service', errorSource: 'plugin' });
    expect(body.results.C).toMatchObject({ status: 404 });
  });

  it.each([
    [{ queries: [] }, /queries/],
    [{ queries: [{ refId: 'A' }] }, /datasource/],
    [{ queries: [{ refId: 'A', datasource: { uid: 'causeway' } }], from: 'yesterday' }, /from/],
  ])('of the wrong form are refused: %j', async (body, message) => {
    const answer = await json('/api/ds/query', post(body));
    expect(answer.status).toBe(400);
    expect(answer.body.message).toMatch(message);
  });
});

describe('resources', () => {
  it('stream: every part arrives as it is sent, cookies do not', async () => {
    const answer = await harness.fetch('/api/datasources/uid/causeway/resources/overview?at=3', post({ a: 1 }));
    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    expect(answer.headers.has('set-cookie')).toBe(false);
    const parts: string[] = [];
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
    }
    expect(parts.length).toBe(2);
    expect(JSON.parse(parts[0]!)).toEqual({ method: 'POST', url: 'overview?at=3', body: '{"a":1}', user: 'alice' });
  });

  it('are cancelled when the browser goes away', async () => {
    const abort = new AbortController();
    const answer = await harness.fetch('/api/datasources/uid/causeway/resources/endless', { signal: abort.signal });
    await answer.body!.getReader().read();
    expect(harness.backendLog()).not.toContain('cancelled');
    abort.abort();
    await vi.waitFor(() => expect(harness.backendLog()).toContain('cancelled'));
  });
});

describe('the plugin proxy', () => {
  it('adds bearer and signed identity, and drops what the browser claims', async () => {
    const forged = {
      'x-grafana-id': 'forged',
      'x-grafana-user': 'root',
      'x-grafana-context': '{}',
      authorization: 'Bearer x',
    };
    const answer = await json('/api/plugin-proxy/test-demo-app/executor/v1/incidents?status=open', {
      person: 'bob',
      headers: { ...forged, cookie: 'causeway_demo_user=bob; other=1' },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.has('set-cookie')).toBe(false);
    const { url, headers } = harness.seen.at(-1)!;
    expect(url).toBe('/executor/v1/incidents?status=open');
    expect(headers).toMatchObject({ authorization: 'Bearer proxy-token', 'x-grafana-user': 'bob' });
    expect(headers.cookie).toBeUndefined();
    expect(JSON.parse(String(headers['x-grafana-context']))).toMatchObject({ Login: 'bob', OrgRole: 'Admin' });
    const keys = createLocalJWKSet((await json('/api/signing-keys/keys')).body);
    const { payload } = await jwtVerify(String(headers['x-grafana-id']), keys, { audience: 'org:1' });
    expect(payload).toMatchObject({ sub: 'user:2', username: 'bob' });
  });

  it('refuses a person without the permission of the route, before the executor sees anything', async () => {
    const before = harness.seen.length;
    const path = '/api/plugin-proxy/test-demo-app/executor/v1/plans';
    expect((await json(path, { person: 'vera' })).status).toBe(200);
    const refused = await json(path, post({}, 'vera'));
    expect(refused.status).toBe(403);
    expect(refused.body.message).toContain('app:execute');
    expect(harness.seen.length).toBe(before + 1);
  });

  it.each([
    ['/api/plugin-proxy/test-demo-app/elsewhere', 'GET'],
    ['/api/plugin-proxy/test-demo-app/executor/v1/plans', 'DELETE'],
    ['/api/plugin-proxy/other-app/executor/v1/plans', 'GET'],
  ])('has no route for %s', async (path, method) => {
    expect((await harness.fetch(path, { method })).status).toBe(404);
  });

  it('says when nobody answers', async () => {
    const settings = '/api/plugins/test-demo-app/settings';
    const before = (await json(settings)).body;
    await json(settings, post({ jsonData: { executorUrl: 'http://127.0.0.1:9' } }));
    const answer = await json('/api/plugin-proxy/test-demo-app/executor/v1/plans');
    expect(answer.status).toBe(502);
    expect(answer.body.message).toContain('executor does not answer');
    await json(settings, post({ jsonData: before.jsonData }));
  });
});

describe('settings', () => {
  it('take secrets and never give them back', async () => {
    const settings = '/api/plugins/test-demo-app/settings';
    await json(settings, post({ secureJsonData: { extra: 'very-secret' } }));
    const answer = await json(settings);
    expect(answer.body.secureJsonFields).toEqual({ executorToken: true, extra: true });
    const html = await (await harness.fetch('/')).text();
    for (const text of [JSON.stringify(answer.body), html]) {
      expect(text).not.toMatch(/very-secret|proxy-token|signing-key/);
    }
  });

  it('of app and datasource are changed by administrators only', async () => {
    expect((await json('/api/plugins/test-demo-app/settings', post({}, 'vera'))).status).toBe(403);
    expect((await json('/api/datasources/uid/causeway', post({}, 'vera', 'PUT'))).status).toBe(403);
  });
});

describe('the datasource', () => {
  it('reports its health and metrics', async () => {
    const health = await json('/api/datasources/uid/causeway/health');
    expect(health.body).toEqual({ status: 'OK', message: 'fine', details: { ready: true } });
    const metrics = await harness.fetch('/metrics/plugins/causeway-aiops-datasource');
    expect(await metrics.text()).toBe('fake_up 1\n');
  });

  it('proxies reads to the stand-in stores and nowhere else', async () => {
    await json('/api/datasources/proxy/uid/prom/api/v1/query?query=up');
    expect(harness.seen.at(-1)).toMatchObject({ url: '/prometheus/api/v1/query?query=up' });
    expect(harness.seen.at(-1)!.headers.cookie).toBeUndefined();
    expect((await harness.fetch('/api/datasources/proxy/uid/prom/%2e%2e/shop/v1/faults')).status).toBe(404);
    expect((await harness.fetch('/api/datasources/proxy/uid/causeway/x')).status).toBe(404);
  });
});

describe('requests from elsewhere', () => {
  const send = (headers: Record<string, string>, method = 'POST') =>
    new Promise<number>((resolve, reject) => {
      const outgoing = rawRequest(`${harness.url}/demo/session`, { method, headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
      outgoing.once('error', reject);
      outgoing.end();
    });

  it.each([
    [{ host: 'evil.example' }, 421],
    [{ host: 'evil.example:3300' }, 421],
    [{ origin: 'http://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
  ])('with %j are refused', async (headers, status) => {
    expect(await send(headers)).toBe(status);
  });

  it('with our own origin pass', async () => {
    expect(await send({ origin: harness.url })).toBe(400);
    expect(await send({ origin: 'http://evil.example' }, 'GET')).toBe(200);
  });

  it('that are too large are refused', async () => {
    const answer = await harness.fetch('/api/ds/query', { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) });
    expect(answer.status).toBe(413);
  });
});

describe('the demo controls', () => {
  it.each([
    ['GET', 'clock', '/shop/v1/clock'],
    ['PUT', 'clock', '/shop/v1/clock'],
    ['POST', 'clock/advance', '/shop/v1/clock/advance'],
    ['POST', 'faults', '/shop/v1/faults'],
    ['DELETE', 'faults/missing-index', '/shop/v1/faults/missing-index'],
  ])('%s /demo/%s reaches the shop', async (method, path, expected) => {
    await json(`/demo/${path}`, method === 'GET' ? {} : post({}, 'alice', method));
    expect(harness.seen.at(-1)).toMatchObject({ method, url: expected });
  });

  it.each([
    ['POST', 'platform/actions'],
    ['GET', 'platform/targets/deployment/order'],
    ['DELETE', 'clock'],
    ['DELETE', 'faults/..%2fclock'],
  ])('%s /demo/%s does not', async (method, path) => {
    const before = harness.seen.length;
    expect((await harness.fetch(`/demo/${path}`, { method })).status).toBe(404);
    expect(harness.seen.length).toBe(before);
  });

  it('tell the executor of alerts as a contact point does: with the bearer of alerts and nothing of the person', async () => {
    const group = { version: '4', alerts: [] };
    expect((await json('/demo/alerts', post(group))).status).toBe(200);
    const seen = harness.seen.at(-1);
    expect(seen).toMatchObject({ method: 'POST', url: '/executor/v1/alerts', body: JSON.stringify(group) });
    expect(seen?.headers).toMatchObject({ authorization: 'Bearer alert-token', 'content-type': 'application/json' });
    expect(Object.keys(seen?.headers ?? {}).filter((name) => /cookie|grafana/.test(name))).toEqual([]);
    expect((await harness.fetch('/demo/alerts')).status).toBe(404);
  });

  it('switch the person by cookie', async () => {
    const answer = await json('/demo/session', post({ login: 'bob' }));
    expect(answer.headers.get('set-cookie')).toMatch(/^causeway_demo_user=bob;/);
    expect((await json('/demo/session', post({ login: 'root' }))).status).toBe(400);
  });
});

describe('the backend process', () => {
  it('gets the environment that Grafana gives, and nothing of ours', () => {
    expect(harness.backendLog().split('\n')[0]).toBe(
      'environment GF_EDITION GF_PLUGIN_CLOCK_URL GF_VERSION PATH PLUGIN_MAX_PORT PLUGIN_MIN_PORT PLUGIN_PROTOCOL_VERSIONS PLUGIN_UNIX_SOCKET_DIR grafana_plugin_type'
    );
    const passed = toBackendEnvironment(
      { HOME: '/root', SECRET: 'x', HTTPS_PROXY: 'http://p' },
      { socketFolder: '/s', clockUrl: 'http://c', nodeFolder: '/n' }
    );
    expect(passed).toMatchObject({ HTTPS_PROXY: 'http://p', grafana_plugin_type: 'datasource' });
    expect(passed).not.toHaveProperty('HOME');
    expect(passed).not.toHaveProperty('SECRET');
  });

  it.each([
    ['1|2|unix|/tmp/plugin1|grpc|', 'unix:/tmp/plugin1'],
    ['1|2|tcp|127.0.0.1:50051|grpc', '127.0.0.1:50051'],
  ])('says where it listens: %s', (line, address) => {
    expect(parseHandshake(line)).toBe(address);
  });

  it.each(['hello', '2|2|tcp|x|grpc', '1|1|tcp|x|grpc', '1|2|udp|x|grpc', '1|2|tcp||grpc', '1|2|tcp|x|netrpc'])(
    'is refused when it says %s',
    (line) => {
      expect(() => parseHandshake(line)).toThrow(/handshake/);
    }
  );

  it('is started again when it dies, and told its settings again', async () => {
    const before = harness.host.state.backend.state();
    expect((await harness.fetch('/api/datasources/uid/causeway/resources/crash')).status).toBe(503);
    const introductions = harness.backendLog().match(/health for nobody/g)?.length ?? 0;
    await vi.waitFor(
      () => {
        expect(harness.host.state.backend.state()).toMatchObject({ state: 'running', starts: before.starts + 1 });
        expect(harness.backendLog().match(/health for nobody/g)?.length).toBe(introductions + 1);
      },
      { timeout: 15_000 }
    );
    expect((await json('/api/datasources/uid/causeway/health')).status).toBe(200);
  });

  it('is asked to end before it is killed', async () => {
    const other = await startHostHarness();
    await vi.waitFor(() => expect(other.host.state.backend.state().state).toBe('running'), { timeout: 20_000 });
    const { pid } = other.host.state.backend.state();
    await other.host.state.backend.stop();
    expect(other.backendLog()).toContain('shutdown');
    expect(() => process.kill(pid!, 0)).toThrow('ESRCH');
    await other.stop();
  });
});
