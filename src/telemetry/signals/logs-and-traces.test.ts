import { parser as logql } from '@grafana/lezer-logql';
import { parser as traceql } from '@grafana/lezer-traceql';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogLine } from '#model';
import { TelemetryError } from '../errors.ts';
import { fetchChangeEvents } from '../changes/change-events.ts';
import { mapConcurrently } from './concurrency.ts';
import { fetchErrorLogs, fetchLogErrorSignals } from './log-errors.ts';
import { changeEventQuery, errorLogQuery, logCountQuery, serviceCountQuery } from './log-queries.ts';
import { fetchSlowTraces, slowSpanQuery } from './slow-traces.ts';

const WINDOW = { fromMs: 1_000_000, toMs: 1_060_000 };
const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"', '\\', '\n', '"} | drop', '`'));

function parses(parser: typeof logql, query: string): boolean {
  let fine = true;
  parser.parse(query).iterate({
    enter: (node) => {
      fine &&= !node.type.isError;
    },
  });
  return fine;
}

describe('log and trace queries', () => {
  it('parse whatever the names', () => {
    fc.assert(
      fc.property(anyText, fc.option(anyText, { nil: undefined }), (service, namespace) => {
        expect(parses(logql, changeEventQuery(namespace))).toBe(true);
        expect(parses(logql, errorLogQuery(service, namespace))).toBe(true);
        expect(parses(logql, logCountQuery(15, namespace))).toBe(true);
        expect(parses(logql, serviceCountQuery(15, namespace))).toBe(true);
        expect(parses(traceql, slowSpanQuery(service, 0.25))).toBe(true);
      })
    );
  });

  it('read as written', () => {
    expect(changeEventQuery('shop')).toBe('{namespace="shop", job="change-events"}');
    expect(slowSpanQuery('a"b', 0.25)).toBe(String.raw`{ resource.service.name = "a\"b" && duration >= 250ms }`);
  });
});

describe('fetchLogErrorSignals', () => {
  const loki = (series: readonly { labels: Record<string, string>; timesMs: number[]; values: number[] }[]) => ({
    queryRange: () => Promise.resolve({ series, warnings: [] }),
  });

  it('has zero where others logged, and nothing where nobody did', async () => {
    const answer = await fetchLogErrorSignals(
      loki([
        { labels: { service_name: 'a', level: 'info' }, timesMs: [1_005_000, 1_020_000], values: [5, 5] },
        { labels: { service_name: 'b', level: 'error' }, timesMs: [1_020_000], values: [2] },
        { labels: { service_name: 'b', level: 'FATAL' }, timesMs: [1_020_000], values: [1] },
        { labels: { service_name: 'c', detected_level: 'error' }, timesMs: [1_020_000], values: [4] },
        { labels: { service_name: 'c', detected_level: 'info' }, timesMs: [1_020_000], values: [9] },
      ]),
      WINDOW,
      15
    );
    expect(answer.signals.map(({ id, series: { timesMs, values } }) => [id, timesMs, values])).toEqual([
      ['a/log-errors', [1_005_000, 1_020_000], [0, 0]],
      ['b/log-errors', [1_005_000, 1_020_000], [0, 3]],
      ['c/log-errors', [1_005_000, 1_020_000], [0, 4]],
    ]);
    expect(answer.gaps).toEqual([]);
  });

  it('has none where lines have no level, and says so', async () => {
    const other = { labels: { service_name: 'a', level: 'info' }, timesMs: [1_005_000], values: [1] };
    const unknown = ['b', 'c'].map((service, index) => ({
      labels: { service_name: service, ...(index === 0 ? {} : { detected_level: 'unknown' }) },
      timesMs: [1_005_000],
      values: [1],
    }));
    const { signals, gaps } = await fetchLogErrorSignals(loki([other, ...unknown]), WINDOW, 15);
    expect(signals.map(({ id }) => id)).toEqual(['a/log-errors']);
    expect(gaps).toEqual([
      { source: 'loki:log-errors', reason: 'Errors are not counted where lines have no level: b, c.' },
    ]);
  });

  it('keeps a service that is known to log, as long as somebody is heard', async () => {
    const other = { labels: { service_name: 'a', level: 'info' }, timesMs: [1_005_000], values: [5] };
    const options = { loggingServices: ['quiet'] };
    const ids = async (series: (typeof other)[]) =>
      (await fetchLogErrorSignals(loki(series), WINDOW, 15, options)).signals.map(({ id }) => id);
    expect(await ids([other])).toEqual(['a/log-errors', 'quiet/log-errors']);
    expect(await ids([])).toEqual([]);
  });

  it('says when there are no lines at all', async () => {
    expect(await fetchLogErrorSignals(loki([]), WINDOW, 15)).toEqual({
      signals: [],
      gaps: [{ source: 'loki:log-errors', reason: expect.stringContaining('no lines') }],
    });
  });
});

describe('fetchChangeEvents', () => {
  const line = (text: string): LogLine => ({ atMs: 1_000_000, labels: {}, line: text });
  const loki = (lines: readonly LogLine[]) => ({ queryLines: () => Promise.resolve(lines) });

  it('reads events and counts lines that are none', async () => {
    const deploy = { kind: 'deploy', service: 'order', summary: 'a\nb', version: '2', previous_version: '1', x: 1 };
    const bad = ['', 'null', '[]', '{"kind":"rm","service":"a","summary":"b"}', '{"kind":"deploy","service":1}'];
    const { changes, gaps } = await fetchChangeEvents(loki([JSON.stringify(deploy), ...bad].map(line)), WINDOW);
    expect(changes).toEqual([
      { atMs: 1_000_000, kind: 'deploy', service: 'order', summary: 'a b', version: '2', previousVersion: '1' },
    ]);
    expect(gaps).toEqual([{ source: 'loki:change-events', reason: expect.stringMatching(/^5 lines/) }]);
  });
});

describe('fetchErrorLogs', () => {
  it('asks for the service, escaped', async () => {
    const queries: string[] = [];
    const queryLines = (query: string) => {
      queries.push(query);
      return Promise.resolve([]);
    };
    await fetchErrorLogs({ queryLines }, 'a"b', WINDOW, 10, { namespace: 'shop' });
    expect(queries[0]).toMatch(
      /^\{namespace="shop", service_name="a\\"b"\} \| level=~"error\|.* or detected_level=~"error\|/
    );
  });
});

describe('fetchSlowTraces', () => {
  it('reads the longest traces and skips those that are gone', async () => {
    const summary = (traceId: string, durationSeconds: number) => ({
      traceId,
      durationSeconds,
      rootService: '',
      rootName: '',
      startMs: 0,
    });
    const tempo = {
      search: () => Promise.resolve([summary('a', 3), summary('b', 2), summary('c', 1)]),
      trace: (id: string) =>
        id === 'a'
          ? Promise.reject(new TelemetryError('tempo', 'not-found'))
          : Promise.resolve({ spans: [], dropped: 0 }),
    };
    expect(await fetchSlowTraces(tempo, 'order', WINDOW, { limit: 2 })).toEqual([
      { traceId: 'b', durationSeconds: 2, spans: [] },
    ]);
    const broken = { ...tempo, trace: () => Promise.reject(new TelemetryError('tempo', 'timeout')) };
    await expect(fetchSlowTraces(broken, 'order', WINDOW)).rejects.toMatchObject({ failure: 'timeout' });
  });
});

describe('mapConcurrently', () => {
  it('keeps the order, bounds the calls, and stops at the first failure', async () => {
    let running = 0;
    let most = 0;
    const double = async (item: number): Promise<number> => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      return item * 2;
    };
    expect(await mapConcurrently([1, 2, 3, 4, 5], 2, double)).toEqual([2, 4, 6, 8, 10]);
    expect(most).toBe(2);
    let calls = 0;
    const fail = (): Promise<number> => {
      calls += 1;
      return Promise.reject(new Error('stop'));
    };
    await expect(mapConcurrently([1, 2, 3, 4, 5], 2, fail)).rejects.toThrow('stop');
    expect(calls).toBe(2);
    expect(await mapConcurrently([], 4, double)).toEqual([]);
  });
});
