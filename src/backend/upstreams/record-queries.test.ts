import { describe, expect, it } from 'vitest';
import { type LokiClient, type PrometheusClient, TelemetryError } from '#telemetry';
import { countBytes, type RecordedQuery, recordLoki, recordPrometheus, recordQueries } from './record-queries.ts';

const range = { startMs: 1000, endMs: 2000, stepSeconds: 1 };

const prometheus = recordPrometheus({
  source: 'prometheus',
  queryRange: async (expr: string) => {
    countBytes(expr.length);
    await Promise.resolve();
    countBytes(100);
    return { series: [{ labels: {}, timesMs: [1, 2], values: [1, 2] }], warnings: [], infos: [] };
  },
} as unknown as PrometheusClient);

describe('recorded queries', () => {
  it('carry what was asked and answered, each with its own bytes', async () => {
    const seen: RecordedQuery[] = [];
    await recordQueries(
      (query) => seen.push(query),
      () => Promise.all([prometheus.queryRange('up', range), prometheus.queryRange('up_and_more', range)])
    );
    expect(seen.map(({ text, bytes, rows, window, error }) => ({ text, bytes, rows, window, error }))).toEqual([
      { text: 'up', bytes: 102, rows: 2, window: { fromMs: 1000, toMs: 2000 }, error: null },
      { text: 'up_and_more', bytes: 111, rows: 2, window: { fromMs: 1000, toMs: 2000 }, error: null },
    ]);
  });

  it('are told to the work that asked, and to nobody where nobody listens', async () => {
    const [first, second]: [RecordedQuery[], RecordedQuery[]] = [[], []];
    await Promise.all([
      recordQueries(
        (query) => first.push(query),
        () => prometheus.queryRange('a', range)
      ),
      recordQueries(
        (query) => second.push(query),
        () => prometheus.queryRange('b', range)
      ),
      prometheus.queryRange('c', range),
    ]);
    expect([first.map(({ text }) => text), second.map(({ text }) => text)]).toEqual([['a'], ['b']]);
  });

  it('that fail say why, and still fail', async () => {
    const loki = recordLoki({
      source: 'loki',
      queryLines: async () => {
        throw new TelemetryError('loki', 'timeout', { host: 'loki:3100' });
      },
    } as unknown as LokiClient);
    const seen: RecordedQuery[] = [];
    const read = recordQueries(
      (query) => seen.push(query),
      () => loki.queryLines('{a="b"}', { window: { fromMs: 1, toMs: 2 }, limit: 5 })
    );
    await expect(read).rejects.toMatchObject({ code: 'CAUSEWAY_LOKI_TIMEOUT' });
    expect(seen).toMatchObject([{ source: 'loki', text: '{a="b"}', rows: 0, error: expect.stringMatching(/TIMEOUT/) }]);
  });
});
