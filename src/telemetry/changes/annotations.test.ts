import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testConnection } from '../test-connection.ts';
import { sendJson, startHostileServer, type HostileServer } from '../testing/hostile-server.ts';
import { fetchAnnotationChanges } from './annotations.ts';
import { createGrafanaClient, type GrafanaClient } from './grafana-client.ts';

const WINDOW = { fromMs: 1_000_000, toMs: 2_000_000 };
const TAGS = ['deploy', 'flag'];
let server: HostileServer;
let client: GrafanaClient;

beforeAll(async () => {
  server = await startHostileServer();
  const auth = { kind: 'bearer', token: 'glsa_x' } as const;
  client = createGrafanaClient({ url: `${server.url}/grafana`, auth }, { sleep: () => Promise.resolve() });
});
afterAll(() => server.close());

const answer = (...annotations: readonly unknown[]): void =>
  server.behave((_, response) => sendJson(response, annotations));
const note = (tags: readonly string[], text = 'Rolled out', time = 1_500_000): object => ({ id: 1, time, text, tags });

describe('changes from annotations', () => {
  it('are asked for by tags, any of them', async () => {
    answer();
    await fetchAnnotationChanges(client, WINDOW, { tags: TAGS });
    const [request] = server.seen;
    expect(request).toMatchObject({ path: '/grafana/api/annotations', headers: { authorization: 'Bearer glsa_x' } });
    expect(request?.parameters.getAll('tags')).toEqual(TAGS);
    expect(Object.fromEntries(request?.parameters ?? [])).toMatchObject({
      from: '1000000',
      to: '2000000',
      type: 'annotation',
      matchAny: 'true',
    });
  });

  it.each<[readonly string[], object]>([
    [
      ['deploy', 'service:checkout', 'version:3.7.1', 'previous:3.7.0'],
      { kind: 'deploy', service: 'checkout', version: '3.7.1', previousVersion: '3.7.0' },
    ],
    [['deploy', 'db-migration', 'service=orders-db'], { kind: 'migration', service: 'orders-db' }],
    [['feature-flag', 'app: cart'], { kind: 'flag', service: 'cart' }],
    [['kind:scale', 'service:cart'], { kind: 'scale', service: 'cart' }],
    [['our-own-tag', 'service:cart'], { kind: 'deploy', service: 'cart' }],
    [['config', 'cart'], { kind: 'config', service: 'cart' }],
  ])('with tags %j are %j', async (tags, expected) => {
    answer(note(tags));
    const { changes, gaps } = await fetchAnnotationChanges(client, WINDOW, { tags: TAGS, services: new Set(['cart']) });
    expect(changes).toEqual([{ atMs: 1_500_000, summary: 'Rolled out', ...expected }]);
    expect(gaps).toEqual([]);
  });

  it('have a summary on one line without markup, and a link', async () => {
    answer(
      note(['deploy', 'service:a', 'service:b'], '<b>New</b>\n release, see <a href="https://ci/7?x=1">build</a>')
    );
    const { changes } = await fetchAnnotationChanges(client, WINDOW, { tags: TAGS });
    expect(changes.map(({ service, summary, url }) => [service, summary, url])).toEqual([
      ['a', 'New release, see build', 'https://ci/7?x=1'],
      ['b', 'New release, see build', 'https://ci/7?x=1'],
    ]);
  });

  it('say how many name no service, and leave out what lies outside or is no annotation', async () => {
    answer(
      note(['deploy']),
      note(['deploy', 'service:a'], '', 2_000_000),
      null,
      { time: 'x' },
      note(['deploy', 'service:a'], '')
    );
    const { changes, gaps } = await fetchAnnotationChanges(client, WINDOW, { tags: TAGS });
    expect(changes).toMatchObject([{ service: 'a', summary: 'a: deploy, service:a' }]);
    expect(gaps).toEqual([
      { source: 'grafana:annotations', reason: expect.stringMatching(/^1 annotations name no service/) },
    ]);
  });

  it('are not asked for without tags', async () => {
    answer();
    expect(await fetchAnnotationChanges(client, WINDOW, { tags: [] })).toEqual({ changes: [], gaps: [] });
    expect(server.seen).toEqual([]);
  });

  it('fail with a code of their own', async () => {
    server.behave((_, response) => sendJson(response, { message: 'Permission denied' }, 403));
    await expect(fetchAnnotationChanges(client, WINDOW, { tags: TAGS })).rejects.toMatchObject({
      code: 'CAUSEWAY_GRAFANA_FORBIDDEN',
    });
    expect(await testConnection(client)).toMatchObject({ ok: false });
    server.behave(({ path }, response) => sendJson(response, path.endsWith('/health') ? { version: '12.4.0' } : []));
    expect(await testConnection(client)).toEqual({ ok: true, version: '12.4.0' });
  });
});
