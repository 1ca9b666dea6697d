import { describe, expect, it } from 'vitest';
import type { AnalysisEvent, OverviewAnswer, TopologyAnswer, WatchAnswer } from '#contracts';
import { HOUR, nowMs, range, startSession } from './plugin-session.ts';

const session = startSession();

describe('resources', () => {
  it('give the overview, with problems instead of silence', async () => {
    const good = await session.client.fetchResource(session.settings(), { path: 'overview', query: `at=${nowMs}` });
    expect(good).toMatchObject({ code: 200, messages: 1, headers: { 'Cache-Control': 'no-store' } });
    const overview = JSON.parse(good.body) as OverviewAnswer;
    expect(overview.services.map(({ service, reading }) => [service, reading.kind])).toEqual([
      ['checkout', 'scored'],
      ['gateway', 'scored'],
      ['orders-db', 'scored'],
      ['payment', 'scored'],
    ]);
    expect(overview.problems).toEqual([]);
    session.renewSettings();
    session.upstream.mode = 'error';
    const bad = JSON.parse(
      (await session.client.fetchResource(session.settings(), { path: 'overview' })).body
    ) as OverviewAnswer;
    expect(bad).toMatchObject({
      services: [],
      graph: null,
      problems: [{ source: 'prometheus', code: 'CAUSEWAY_PROM_SERVER_ERROR' }],
    });
  });

  it('keep the verdicts when only the graph is missing', async () => {
    session.upstream.mode = 'no-graph';
    const overview = JSON.parse(
      (await session.client.fetchResource(session.settings(), { path: 'overview' })).body
    ) as OverviewAnswer;
    expect(overview.graph).toBeNull();
    expect(overview.services).toHaveLength(4);
    expect(overview.problems[0]).toMatchObject({ source: 'prometheus' });
  });

  it('give topology and watch', async () => {
    const topology = await session.client.fetchResource(session.settings(), {
      path: 'topology',
      query: `from=${range.fromMs}&to=${range.toMs}`,
    });
    expect((JSON.parse(topology.body) as TopologyAnswer).graph.edges).toHaveLength(4);
    const watch = JSON.parse(
      (await session.client.fetchResource(session.settings(), { path: 'watch' })).body
    ) as WatchAnswer;
    expect(watch).toMatchObject({ enabled: false, ticks: 0, openIncidentId: null });
  });

  it('stream an analysis that names the cause', async () => {
    session.upstream.faultFromMs = nowMs - 8 * 60_000;
    const body = JSON.stringify({ service: 'gateway', fromMs: nowMs - 20 * 60_000, toMs: nowMs });
    const stream = session.client.callResource(session.settings(), { method: 'POST', path: 'analyses', body });
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
    session.upstream.mode = 'hang';
    const body = JSON.stringify({ service: 'gateway', fromMs: nowMs - 20 * 60_000, toMs: nowMs });
    const stream = session.client.callResource(session.settings(), { method: 'POST', path: 'analyses', body });
    const read = (async () => {
      for await (const message of stream.messages) {
        if (message.body.includes('signals')) {
          stream.cancel();
        }
      }
    })();
    await expect(read).rejects.toThrow(/CANCELLED/);
    session.upstream.mode = 'ok';
    expect((await session.client.fetchResource(session.settings(), { path: 'watch' })).code).toBe(200);
  });

  it('end a stream with an error line when a source fails', async () => {
    session.upstream.mode = 'error';
    const body = JSON.stringify({ service: 'gateway', fromMs: nowMs - HOUR, toMs: nowMs });
    const { code, body: text } = await session.client.fetchResource(session.settings(), {
      method: 'POST',
      path: 'analyses',
      body,
    });
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
    const answer = await session.client.fetchResource(session.settings(), call);
    expect(answer).toMatchObject({ code: status, messages: 1 });
    expect(JSON.parse(answer.body)).toEqual({ code, message: expect.any(String), remedy: expect.any(String) });
  });
});
