import { parser } from '@grafana/lezer-logql';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogLine } from '#model';
import { TelemetryError } from '../errors.ts';
import { serviceLogQuery } from '../signals/log-queries.ts';
import type { LokiClient } from './client.ts';
import { fetchLogWindow } from './log-window.ts';
import { readLines } from './read-lines.ts';

const WINDOW = { fromMs: 1_000_000, toMs: 1_060_000 };
const forever = () => ({ characters: 1e9, endsAt: Infinity });

function loki(
  lines: readonly LogLine[]
): Pick<LokiClient, 'queryLines' | 'queryRange'> & { readonly queries: string[] } {
  const queries: string[] = [];
  return {
    queries,
    queryLines: async (query, { window, limit }) => {
      queries.push(query);
      return lines
        .filter(
          ({ atMs, labels }) =>
            atMs >= window.fromMs && atMs < window.toMs && query.includes(labels['service_name'] ?? '')
        )
        .toSorted((a, b) => a.atMs - b.atMs)
        .slice(0, limit);
    },
    queryRange: async (query, { startMs, endMs }) => {
      queries.push(query);
      expect([startMs, endMs]).toEqual([WINDOW.toMs, WINDOW.toMs]);
      const names = [...new Set(lines.map(({ labels }) => labels['service_name'] ?? ''))];
      const series = names.flatMap((name) =>
        ['info', 'error'].map((level) => ({
          labels: { service_name: name, level },
          timesMs: [endMs],
          values: [lines.filter(({ labels }) => labels['service_name'] === name && labels['level'] === level).length],
        }))
      );
      return { series, warnings: [] };
    },
  };
}

const line = (service: string, atMs: number, level = 'info'): LogLine => ({
  atMs,
  labels: { service_name: service, level },
  line: `line at ${atMs}`,
});

describe('readLines', () => {
  it('reads all pages once, whatever the times', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(59), { minLength: 1, maxLength: 30 }), async (seconds) => {
        const lines = seconds.flatMap((second) =>
          Array.from({ length: 700 }, (_, i) => line('a', WINDOW.fromMs + second * 1000 + i))
        );
        const read = await readLines(loki(lines), '{a}', WINDOW, Infinity, forever());
        expect(read).toEqual({ lines: lines.toSorted((a, b) => a.atMs - b.atMs), complete: true });
      }),
      { numRuns: 20 }
    );
  });

  it('ends where a millisecond holds more than a page', async () => {
    const lines = Array.from({ length: 12_000 }, () => line('a', WINDOW.fromMs));
    const read = await readLines(loki(lines), '{a}', WINDOW, Infinity, forever());
    expect([read.lines.length, read.complete]).toEqual([5000, false]);
  });

  it('keeps to a lower limit that the server names', async () => {
    const lines = Array.from({ length: 250 }, (_, i) => line('a', WINDOW.fromMs + i));
    const limits: number[] = [];
    const strict: Pick<LokiClient, 'queryLines'> = {
      queryLines: (query, options) => {
        limits.push(options.limit);
        const detail = `limit > max_entries_limit_per_query (${options.limit} > 100)`;
        return options.limit > 100
          ? Promise.reject(new TelemetryError('loki', 'bad-query', { detail }))
          : loki(lines).queryLines(query, options);
      },
    };
    const budget = forever();
    expect(await readLines(strict, '{a}', WINDOW, Infinity, budget)).toEqual({ lines, complete: true });
    expect(await readLines(strict, '{a}', WINDOW, 150, budget)).toEqual({
      lines: lines.slice(0, 150),
      complete: false,
    });
    expect(limits).toEqual([5000, 100, 100, 100, 100, 51]);
    const refused = new TelemetryError('loki', 'bad-query', { detail: 'max_entries_limit_per_query (1 > 9)' });
    const broken = { queryLines: () => Promise.reject(refused) };
    await expect(readLines(broken, '{a}', WINDOW, Infinity, forever())).rejects.toBe(refused);
  });

  it('keeps to its limit and budget', async () => {
    const lines = Array.from({ length: 12_000 }, (_, i) => line('a', WINDOW.fromMs + i));
    const read = (limit: number, characters: number, endsAt: number) =>
      readLines(loki(lines), '{a}', WINDOW, limit, { characters, endsAt });
    const reads = await Promise.all([read(7000, 1e9, Infinity), read(Infinity, 10, Infinity), read(Infinity, 1e9, 0)]);
    expect(reads.map((outcome) => [outcome.lines.length, outcome.complete])).toEqual([
      [7000, false],
      [4999, false],
      [0, false],
    ]);
  });
});

describe('fetchLogWindow', () => {
  it('reads small services in full with one query', async () => {
    const lines = ['a', 'b'].flatMap((name) => [line(name, 1_000_000), line(name, 1_059_999, 'error')]);
    const source = loki(lines);
    const read = await fetchLogWindow(source, WINDOW, { namespace: 'shop' });
    expect(read.services.map(({ service, lines: own, total }) => [service, own.length, total])).toEqual([
      ['a', 2, 2],
      ['b', 2, 2],
    ]);
    expect(read.gaps).toEqual([]);
    expect(source.queries).toEqual([
      'sum by (service_name) (count_over_time({namespace="shop", job!="change-events"}[61s]))',
      '{namespace="shop", service_name=~"a|b", job!="change-events"}',
    ]);
  });

  it('samples the largest at several places, and says so', async () => {
    const lines = [
      line('small', 1_000_500),
      ...Array.from({ length: 6000 }, (_, i) => line('large', 1_000_000 + i * 10)),
    ];
    const { services, gaps } = await fetchLogWindow(loki(lines), WINDOW, { maxLines: 401 });
    const [large, small] = services;
    expect([small?.lines.length, small?.total]).toEqual([1, 1]);
    expect([large?.lines.length, large?.total]).toEqual([400, 5902]);
    expect(new Set(large?.lines.map(({ atMs }) => Math.floor((atMs - 1_000_000) / 15_000))).size).toBe(4);
    expect(gaps).toEqual([
      { source: 'loki:lines:large', reason: '400 of about 5902 lines were read; counts are scaled.' },
    ]);
  });

  it('has no service where nobody logged', async () => {
    expect(await fetchLogWindow(loki([]), WINDOW)).toEqual({ window: WINDOW, services: [], gaps: [] });
  });
});

describe('serviceLogQuery', () => {
  it('parses whatever the names', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (names) => {
        let fine = true;
        parser.parse(serviceLogQuery(names)).iterate({
          enter: (node) => {
            fine &&= !node.type.isError;
          },
        });
        expect(fine).toBe(true);
      })
    );
  });
});
