import { rmSync } from 'node:fs';
import path from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type AnalysisEvent,
  type AnomaliesAnswer,
  CONTRIBUTION_COLUMNS,
  type DetectorsAnswer,
  type FeaturesAnswer,
  type OverviewAnswer,
  type TopologyAnswer,
  type WatchAnswer,
} from '#contracts';
import {
  buildBackend,
  connectPlugin,
  type FakeUpstream,
  type PluginClient,
  type PluginProcess,
  type PluginSettings,
  startFakeUpstream,
  startPlugin,
} from '../../support/plugin-driver/index.ts';

const HOUR = 3_600_000;
const nowMs = Math.floor(Date.now() / 15_000) * 15_000;
const range = { fromMs: nowMs - HOUR, toMs: nowMs };

let executable: string;
let upstream: FakeUpstream;
let plugin: PluginProcess;
let client: PluginClient;
let version = 1;

beforeAll(async () => {
  executable = await buildBackend();
  upstream = await startFakeUpstream();
  plugin = await startPlugin({ executable });
  client = connectPlugin(plugin);
});
afterAll(async () => {
  client.close();
  plugin.child.kill('SIGKILL');
  await plugin.ended;
  await upstream.close();
  rmSync(path.dirname(executable), { recursive: true, force: true });
});
beforeEach(() => {
  upstream.mode = 'ok';
  upstream.faultFromMs = undefined;
  version += 1;
});

/** Settings of a version of their own, so that nothing is left from the test before. */
function settings(extra: object = {}): PluginSettings {
  const prometheus = { url: upstream.url, timeoutSeconds: 5 };
  return {
    jsonData: {
      prometheus,
      watch: { enabled: false, collectSeconds: 15, detectSeconds: 15, historyMinutes: 240 },
      ...extra,
    },
    lastUpdatedMS: version,
  };
}

describe('detection', () => {
  const read = async <Answer>(path: string) => {
    const { body, code } = await client.fetchResource(settings(), {
      path: path.split('?')[0] ?? '',
      query: path.split('?')[1] ?? '',
    });
    return { code, answer: JSON.parse(body) as Answer };
  };

  it('answers anomalies over time, unknown where nothing could be judged', async () => {
    const { answer } = await read<AnomaliesAnswer>(`anomalies?from=${range.fromMs}&to=${range.toMs}&cells=12`);
    expect(answer.cellSeconds).toBe(300);
    expect(answer.rows.map(({ service }) => service)).toEqual(['checkout', 'gateway', 'orders-db', 'payment']);
    expect(answer.rows.every(({ cells }) => cells.length === 12 && cells[11]?.level === 'normal')).toBe(true);
    expect(answer.checks.length).toBeGreaterThan(0);
    expect(answer.quality.every(({ service }) => service !== '')).toBe(true);
    const before = await read<AnomaliesAnswer>(`anomalies?from=${nowMs - 9 * HOUR}&to=${nowMs - 8 * HOUR}&cells=2`);
    expect(before.answer.rows.every(({ cells }) => cells.length === 2)).toBe(true);
  });

  it('says that Prometheus is gone, and shows no row', async () => {
    upstream.mode = 'error';
    const { answer } = await read<AnomaliesAnswer>('anomalies');
    expect(answer).toMatchObject({ rows: [], services: [], problems: [{ source: 'prometheus' }] });
  });

  it('tells what judges a service, with a threshold in words', async () => {
    const { answer } = await read<DetectorsAnswer>('detectors?service=payment');
    const latency = answer.signals.find(({ signalId }) => signalId.startsWith('payment/latency'));
    expect(latency).toMatchObject({
      tier: 'full',
      threshold: expect.stringMatching(/^warns above [\d.]+ s, over \d+ hours/),
    });
    expect(answer.model.state).not.toBe('');
    expect((await read('detectors?service=nobody')).code).toBe(404);
    expect((await read('detectors')).code).toBe(400);
    expect((await read('anomalies?cells=0')).code).toBe(400);
    expect((await read<FeaturesAnswer>('features')).answer.atMs).toBeGreaterThan(0);
  });

  it('tells contributions and data quality per service', async () => {
    const query = (refId: string, queryType: string) => ({ refId, json: { queryType }, ...range });
    const { A, B } = await client.queryData(settings(), [query('A', 'contributions'), query('B', 'data-quality')]);
    expect(A!.frames[0]!.fields.map(({ name }) => name)).toEqual([...CONTRIBUTION_COLUMNS]);
    const [service, kind, , share] = A!.frames[0]!.fields.map(({ values }) => values);
    const ofPayment = (share as number[]).filter((_, i) => service?.[i] === 'payment' && kind?.[i] === 'detector');
    expect(ofPayment.length).toBeGreaterThan(2);
    // Nothing to share out when nothing is strange.
    expect([0, 1]).toContain(Number(ofPayment.reduce((sum, value) => sum + value, 0).toFixed(6)));
    expect(B!.frames.map(({ fields }) => [fields[0]?.name, fields[0]?.values[0]])).toEqual(
      B!.frames.map(() => ['failed_share', 0])
    );
  });
});

describe('queries', () => {
  it('answer a score over time per service', async () => {
    const { A } = await client.queryData(settings(), [{ refId: 'A', json: { queryType: 'anomaly-score' }, ...range }]);
    expect(A).toMatchObject({ status: 200, error: '' });
    const frames = A!.frames;
    expect(frames.map((frame) => frame.fields[1]?.labels['service'])).toEqual([
      'checkout',
      'gateway',
      'orders-db',
      'payment',
    ]);
    for (const frame of frames) {
      expect(frame).toMatchObject({ refId: 'A', meta: { type: 'timeseries-multi', typeVersion: [0, 1] } });
      const [time, score] = frame.fields;
      expect([time?.name, time?.nullable, score?.name]).toEqual(['time', false, 'anomaly_score']);
      const times = time!.values as number[];
      expect(times[0]).toBeGreaterThanOrEqual(range.fromMs);
      expect(times.at(-1)).toBe(range.toMs);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      const known = (score!.values as (number | null)[]).filter((value) => value !== null);
      expect(known.length).toBeGreaterThan(200);
      expect(known.every((value) => value >= 0 && value < 0.9)).toBe(true);
    }
  });

  it('keep the peak when there are more points than wanted', async () => {
    upstream.faultFromMs = nowMs - 10 * 60_000;
    const query = { json: { queryType: 'anomaly-score', service: 'payment' }, ...range };
    const { A, B } = await client.queryData(settings(), [
      { refId: 'A', ...query },
      { refId: 'B', ...query, maxDataPoints: 20 },
    ]);
    const scores = (response: typeof A): (number | null)[] =>
      response!.frames[0]!.fields[1]!.values as (number | null)[];
    expect(scores(B).length).toBeLessThanOrEqual(20);
    expect(Math.max(...scores(B).map((value) => value ?? 0))).toBe(Math.max(...scores(A).map((value) => value ?? 0)));
    expect(Math.max(...scores(A).map((value) => value ?? 0))).toBeGreaterThan(0.9);
  });

  it('add value and band for a signal', async () => {
    const json = { queryType: 'anomaly-score', service: 'payment', signal: 'latency' };
    const { A } = await client.queryData(settings(), [{ refId: 'A', json, ...range }]);
    const named = A!.frames.map((frame) => frame.fields[1]!);
    expect(named.map((field) => field.name)).toEqual(['anomaly_score', 'value', 'lower', 'upper']);
    expect(new Set(named.slice(1).map((field) => field.labels['signal'])).size).toBe(1);
    // A point is judged one step late, so the newest one may have no band yet.
    const bands = named[2]!.values as (number | null)[];
    const last = bands.findLastIndex((bound) => bound !== null);
    expect(bands.length - last).toBeLessThanOrEqual(2);
    const [, value, lower, upper] = named.map((field) => (field.values as number[])[last]!);
    expect(lower!).toBeLessThan(value!);
    expect(upper!).toBeGreaterThan(value!);
  });

  it('answer a level per service, null where unknown', async () => {
    upstream.mode = 'no-latency';
    const { A } = await client.queryData(settings(), [{ refId: 'A', json: { queryType: 'anomaly-level' }, ...range }], {
      headers: { FromAlert: 'true' },
    });
    expect(A!.frames.map((frame) => [frame.fields.length, frame.fields[0]?.nullable, frame.meta['type']])).toEqual(
      A!.frames.map(() => [1, true, 'numeric-multi'])
    );
    expect(A!.frames[0]!.meta['notices'].map((notice: { text: string }) => notice.text).join()).toMatch(
      /CAUSEWAY_PROM/
    );
    upstream.mode = 'ok';
    const later = { fromMs: nowMs - 60 * 24 * HOUR, toMs: nowMs - 59 * 24 * HOUR };
    upstream.mode = 'empty';
    version += 1;
    const { B } = await client.queryData(settings(), [{ refId: 'B', json: { queryType: 'anomaly-level' }, ...later }]);
    expect(B).toMatchObject({ status: 200, frames: [{ fields: [], meta: { type: 'numeric-multi' } }] });
  });

  it('answer services and topology', async () => {
    const { S, T } = await client.queryData(settings(), [
      { refId: 'S', json: { queryType: 'services' }, ...range },
      { refId: 'T', json: { queryType: 'topology' }, ...range },
    ]);
    const table = Object.fromEntries(S!.frames[0]!.fields.map((field) => [field.name, field.values]));
    expect(Object.keys(table)).toEqual([
      'service',
      'kind',
      'state',
      'score',
      'reason',
      'requestsPerSecond',
      'errorRatio',
      'latencySeconds',
    ]);
    expect(table['service']).toEqual(['checkout', 'gateway', 'orders-db', 'payment']);
    expect(table['kind']).toEqual(['service', 'service', 'database', 'service']);
    expect(table['state']).toEqual(['normal', 'normal', 'normal', 'normal']);
    expect((table['requestsPerSecond'] as number[])[0]).toBeGreaterThan(50);
    const [nodes, edges] = T!.frames;
    expect([nodes!.name, edges!.name]).toEqual(['nodes', 'edges']);
    expect(nodes!.meta['preferredVisualisationType']).toBe('nodeGraph');
    const ids = nodes!.fields.find((field) => field.name === 'id')!.values;
    expect(ids).toEqual(['checkout', 'gateway', 'orders-db', 'payment', 'user']);
    for (const end of ['source', 'target']) {
      const values = edges!.fields.find((field) => field.name === end)!.values;
      expect(values.every((value) => ids.includes(value))).toBe(true);
    }
  });

  it('give every refId its own error', async () => {
    const answers = await client.queryData(settings(), [
      { refId: 'good', json: { queryType: 'services' }, ...range },
      { refId: 'type', json: { queryType: 'sql' }, ...range },
      { refId: 'signal', json: { queryType: 'anomaly-score', signal: 'moon' }, ...range },
      { refId: 'range', json: { queryType: 'services' }, fromMs: 10, toMs: 5 },
      { refId: '__proto__', json: { queryType: 'services' }, ...range },
    ]);
    const statuses = Object.fromEntries(Object.entries(answers).map(([refId, { status }]) => [refId, status]));
    expect(statuses).toMatchObject({ good: 200, type: 400, signal: 400, range: 400 });
    expect(answers['type']!.error).toMatch(/field queryType/);
    expect(answers['signal']).toMatchObject({
      errorSource: 'plugin',
      error: expect.stringMatching(/one of request-rate/),
    });
  });

  it.each([
    ['without settings', undefined, 400, 'plugin', /without the settings/],
    ['without Prometheus', { jsonData: {}, uid: 'x' }, 400, 'plugin', /setting prometheus .*base URL/],
    [
      'without a secret',
      { jsonData: { prometheus: { url: 'http://p', auth: 'bearer' } }, uid: 'y' },
      400,
      'plugin',
      /prometheusSecret/,
    ],
    [
      'with a Prometheus that is not there',
      { jsonData: { prometheus: { url: 'http://127.0.0.1:9' }, watch: { enabled: false } }, uid: 'z' },
      502,
      'downstream',
      /cannot be reached/,
    ],
  ])('are an error %s', async (_case, given, status, errorSource, message) => {
    const { A } = await client.queryData(given, [{ refId: 'A', json: { queryType: 'anomaly-level' }, ...range }]);
    expect(A).toMatchObject({ status, errorSource, error: expect.stringMatching(message), frames: [] });
  });

  it.each(['error', 'html'] as const)('are a downstream error when Prometheus answers %s', async (mode) => {
    upstream.mode = mode;
    const { A } = await client.queryData(settings(), [{ refId: 'A', json: { queryType: 'services' }, ...range }]);
    expect(A).toMatchObject({ errorSource: 'downstream', frames: [] });
    expect(A!.status).toBe(502);
  });

  it('give up at the deadline of the call', async () => {
    upstream.mode = 'hang';
    const asked = client.queryData(settings(), [{ refId: 'A', json: { queryType: 'services' }, ...range }], {
      deadlineMs: 500,
    });
    // Both ends count the same deadline: the caller gives up, or the backend says just before that it does.
    const outcome = await asked.then(
      ({ A }) => String(A?.status),
      (error: unknown) => String(error)
    );
    expect(outcome).toMatch(/^504$|DEADLINE_EXCEEDED/);
    upstream.mode = 'ok';
    expect(await client.health()).toBe(1);
  });

  it('come in chunks too, an error with a frame that can be decoded', async () => {
    const chunks = await client.queryChunked(settings(), [
      { refId: 'A', json: { queryType: 'topology' }, ...range },
      { refId: 'B', json: { queryType: 'sql' }, ...range },
    ]);
    expect(chunks.map(({ refId, frameId, status }) => [refId, frameId, status])).toEqual([
      ['A', '0', 200],
      ['A', '1', 200],
      ['B', '0', 400],
    ]);
    expect(chunks[2].frame.subarray(0, 6).toString()).toBe('ARROW1');
  });
});

describe('resources', () => {
  it('give the overview, with problems instead of silence', async () => {
    const good = await client.fetchResource(settings(), { path: 'overview', query: `at=${nowMs}` });
    expect(good).toMatchObject({ code: 200, messages: 1, headers: { 'Cache-Control': 'no-store' } });
    const overview = JSON.parse(good.body) as OverviewAnswer;
    expect(overview.services.map(({ service, reading }) => [service, reading.kind])).toEqual([
      ['checkout', 'scored'],
      ['gateway', 'scored'],
      ['orders-db', 'scored'],
      ['payment', 'scored'],
    ]);
    expect(overview.problems).toEqual([]);
    version += 1;
    upstream.mode = 'error';
    const bad = JSON.parse((await client.fetchResource(settings(), { path: 'overview' })).body) as OverviewAnswer;
    expect(bad).toMatchObject({
      services: [],
      graph: null,
      problems: [{ source: 'prometheus', code: 'CAUSEWAY_PROM_SERVER_ERROR' }],
    });
  });

  it('keep the verdicts when only the graph is missing', async () => {
    upstream.mode = 'no-graph';
    const overview = JSON.parse((await client.fetchResource(settings(), { path: 'overview' })).body) as OverviewAnswer;
    expect(overview.graph).toBeNull();
    expect(overview.services).toHaveLength(4);
    expect(overview.problems[0]).toMatchObject({ source: 'prometheus' });
  });

  it('give topology and watch', async () => {
    const topology = await client.fetchResource(settings(), {
      path: 'topology',
      query: `from=${range.fromMs}&to=${range.toMs}`,
    });
    expect((JSON.parse(topology.body) as TopologyAnswer).graph.edges).toHaveLength(4);
    const watch = JSON.parse((await client.fetchResource(settings(), { path: 'watch' })).body) as WatchAnswer;
    expect(watch).toMatchObject({ enabled: false, ticks: 0, openIncidentId: null });
  });

  it('stream an analysis that names the cause', async () => {
    upstream.faultFromMs = nowMs - 8 * 60_000;
    const body = JSON.stringify({ service: 'gateway', fromMs: nowMs - 20 * 60_000, toMs: nowMs });
    const stream = client.callResource(settings(), { method: 'POST', path: 'analyses', body });
    const messages = [];
    for await (const message of stream.messages) {
      messages.push(message);
    }
    expect(messages[0]).toMatchObject({ code: 200, headers: { 'Content-Type': expect.stringMatching(/ndjson/) } });
    const events = messages
      .flatMap((message) => message.body.split('\n').filter(Boolean))
      .map((line) => JSON.parse(line) as AnalysisEvent);
    expect(events.map((event) => (event.type === 'progress' ? event.stage : event.type))).toEqual([
      'signals',
      'topology',
      'detection',
      'evidence',
      'ranking',
      'report',
      'report',
    ]);
    const last = events.at(-1);
    const report = last?.type === 'report' ? last.report : undefined;
    expect([report?.decision, report?.hypotheses[0]?.service]).toEqual(['root-cause', 'orders-db']);
    expect(messages.length).toBeGreaterThan(3);
  });

  it('stop an analysis that is cancelled', async () => {
    upstream.mode = 'hang';
    const body = JSON.stringify({ service: 'gateway', fromMs: nowMs - 20 * 60_000, toMs: nowMs });
    const stream = client.callResource(settings(), { method: 'POST', path: 'analyses', body });
    const read = (async () => {
      for await (const message of stream.messages) {
        if (message.body.includes('signals')) {
          stream.cancel();
        }
      }
    })();
    await expect(read).rejects.toThrow(/CANCELLED/);
    upstream.mode = 'ok';
    expect((await client.fetchResource(settings(), { path: 'watch' })).code).toBe(200);
  });

  it('end a stream with an error line when a source fails', async () => {
    upstream.mode = 'error';
    const body = JSON.stringify({ service: 'gateway', fromMs: nowMs - HOUR, toMs: nowMs });
    const { code, body: text } = await client.fetchResource(settings(), { method: 'POST', path: 'analyses', body });
    expect(code).toBe(200);
    expect(JSON.parse(text.trim().split('\n').at(-1)!)).toMatchObject({
      type: 'error',
      code: 'CAUSEWAY_PROM_SERVER_ERROR',
    });
  });

  it.each([
    ['a path that does not exist', { path: 'secrets' }, 404, 'CAUSEWAY_NOT_FOUND'],
    ['a path that climbs', { path: '../overview' }, 404, 'CAUSEWAY_NOT_FOUND'],
    ['the wrong method', { method: 'DELETE', path: 'overview' }, 405, 'CAUSEWAY_METHOD_NOT_ALLOWED'],
    ['a time that is none', { path: 'overview', query: 'at=now' }, 400, 'CAUSEWAY_REQUEST_INVALID'],
    ['a body that is no JSON', { method: 'POST', path: 'analyses', body: '{' }, 400, 'CAUSEWAY_REQUEST_INVALID'],
    [
      'a body with an unknown field',
      { method: 'POST', path: 'analyses', body: '{"service":"a","fromMs":1,"toMs":2,"shell":"rm"}' },
      400,
      'CAUSEWAY_REQUEST_INVALID',
    ],
    [
      'a window that ends before it begins',
      { method: 'POST', path: 'analyses', body: '{"service":"a","fromMs":2,"toMs":1}' },
      400,
      'CAUSEWAY_RANGE_INVALID',
    ],
  ])('refuse %s in words', async (_case, call, status, code) => {
    const answer = await client.fetchResource(settings(), call);
    expect(answer).toMatchObject({ code: status, messages: 1 });
    expect(JSON.parse(answer.body)).toEqual({ code, message: expect.any(String), remedy: expect.any(String) });
  });
});

describe('diagnostics', () => {
  it('name every upstream that works', async () => {
    const health = await client.checkHealth(settings({ loki: { url: upstream.url } }));
    expect(health).toMatchObject({ status: 1, message: expect.stringMatching(/Connected: prometheus 3.5.0, loki/) });
    expect(health.details.upstreams).toHaveLength(2);
  });

  it('name the upstream that fails, with a remedy', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const health = await client.checkHealth({
      ...settings({ executor: { url: 'http://127.0.0.1:9' } }),
      secrets: { executorSigningKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() },
    });
    expect(health).toMatchObject({
      status: 2,
      message: expect.stringMatching(/executor cannot be reached .*Check that/),
    });
    const unset = await client.checkHealth({
      jsonData: { prometheus: { url: 'http://p' }, watch: { detectSeconds: 0 } },
      uid: 'w',
    });
    expect(unset).toMatchObject({ status: 2, message: expect.stringMatching(/watch.detectSeconds/) });
    const key = await client.checkHealth({ ...settings({ executor: { url: 'http://e' } }), uid: 'k' });
    expect(key.message).toMatch(/no signing key/);
  });

  it('expose metrics with the scores of the watch', async () => {
    const uid = 'watched';
    const watched = { ...settings({ watch: { enabled: true, detectSeconds: 5 } }), uid };
    await client.fetchResource(watched, { path: 'watch' });
    await expect
      .poll(() => client.collectMetrics(), { timeout: 15_000 })
      .toMatch(/anomaly_score\{service="payment",datasource="watched"\} 0/);
    const text = await client.collectMetrics();
    expect(text).toMatch(
      /^causeway_query_duration_seconds_bucket\{query_type="services",outcome="ok",le="\+Inf"\} \d+$/m
    );
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
    await client.fetchResource({ ...settings(), uid }, { path: 'watch' });
  });
});
