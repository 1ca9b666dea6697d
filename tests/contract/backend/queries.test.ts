import { describe, expect, it } from 'vitest';
import { HOUR, nowMs, range, startSession } from './plugin-session.ts';

const session = startSession();

describe('queries', () => {
  it('answer a score over time per service', async () => {
    const { A } = await session.client.queryData(session.settings(), [
      { refId: 'A', json: { queryType: 'anomaly-score' }, ...range },
    ]);
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
    session.upstream.faultFromMs = nowMs - 10 * 60_000;
    const query = { json: { queryType: 'anomaly-score', service: 'payment' }, ...range };
    const { A, B } = await session.client.queryData(session.settings(), [
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
    const { A } = await session.client.queryData(session.settings(), [{ refId: 'A', json, ...range }]);
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
    session.upstream.mode = 'no-latency';
    const { A } = await session.client.queryData(
      session.settings(),
      [{ refId: 'A', json: { queryType: 'anomaly-level' }, ...range }],
      {
        headers: { FromAlert: 'true' },
      }
    );
    expect(A!.frames.map((frame) => [frame.fields.length, frame.fields[0]?.nullable, frame.meta['type']])).toEqual(
      A!.frames.map(() => [1, true, 'numeric-multi'])
    );
    expect(A!.frames[0]!.meta['notices'].map((notice: { text: string }) => notice.text).join()).toMatch(
      /CAUSEWAY_PROM/
    );
    session.upstream.mode = 'ok';
    const later = { fromMs: nowMs - 60 * 24 * HOUR, toMs: nowMs - 59 * 24 * HOUR };
    session.upstream.mode = 'empty';
    session.renewSettings();
    const { B } = await session.client.queryData(session.settings(), [
      { refId: 'B', json: { queryType: 'anomaly-level' }, ...later },
    ]);
    expect(B).toMatchObject({ status: 200, frames: [{ fields: [], meta: { type: 'numeric-multi' } }] });
  });

  it('answer services and topology', async () => {
    const { S, T } = await session.client.queryData(session.settings(), [
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
    const answers = await session.client.queryData(session.settings(), [
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
    const { A } = await session.client.queryData(given, [
      { refId: 'A', json: { queryType: 'anomaly-level' }, ...range },
    ]);
    expect(A).toMatchObject({ status, errorSource, error: expect.stringMatching(message), frames: [] });
  });

  it.each(['error', 'html'] as const)('are a downstream error when Prometheus answers %s', async (mode) => {
    session.upstream.mode = mode;
    const { A } = await session.client.queryData(session.settings(), [
      { refId: 'A', json: { queryType: 'services' }, ...range },
    ]);
    expect(A).toMatchObject({ errorSource: 'downstream', frames: [] });
    expect(A!.status).toBe(502);
  });

  it('give up at the deadline of the call', async () => {
    session.upstream.mode = 'hang';
    const asked = session.client.queryData(
      session.settings(),
      [{ refId: 'A', json: { queryType: 'services' }, ...range }],
      {
        deadlineMs: 500,
      }
    );
    // Both ends count the same deadline: the caller gives up, or the backend says just before that it does.
    const outcome = await asked.then(
      ({ A }) => String(A?.status),
      (error: unknown) => String(error)
    );
    expect(outcome).toMatch(/^504$|DEADLINE_EXCEEDED/);
    session.upstream.mode = 'ok';
    expect(await session.client.health()).toBe(1);
  });

  it('come in chunks too, an error with a frame that can be decoded', async () => {
    const chunks = await session.client.queryChunked(session.settings(), [
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
