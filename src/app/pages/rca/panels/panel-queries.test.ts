import { describe, expect, it } from 'vitest';
import type { Evidence } from '#model';
import { toPanelQueries } from './panel-queries.ts';

const SOURCES = { metricsDs: 'prom', logsDs: 'loki', tracesDs: 'tempo' };
const item = (number: number, change: Partial<Evidence> = {}): Evidence => ({
  number,
  source: 'metric',
  service: 'order',
  statement: 'It rose.',
  query: `q${number}`,
  ...change,
});
const shown = (...evidence: readonly Evidence[]) =>
  toPanelQueries(evidence, SOURCES).panels.map(({ number, pluginId, datasource: { uid } }) => [number, pluginId, uid]);

describe('toPanelQueries', () => {
  it('asks the datasource of the language, lines as lines and numbers as series, in the order of the evidence', () => {
    expect(
      shown(
        item(3, { source: 'trace', query: '{ duration > 1s }' }),
        item(1),
        item(2, { source: 'log', query: '{app="order"} |= "x"' }),
        item(4, { source: 'kubernetes', language: 'logql', query: 'sum(count_over_time({app="order"}[1m]))' })
      )
    ).toEqual([
      [1, 'timeseries', 'prom'],
      [2, 'logs', 'loki'],
      [3, 'table', 'tempo'],
      [4, 'timeseries', 'loki'],
    ]);
  });

  it('asks the same once, nothing without a query or datasource, and opens single traces elsewhere', () => {
    const detail = {
      kind: 'trace-path',
      traceId: 'a',
      durationMs: 1,
      usualMs: null,
      comparedWith: 0,
      path: [],
    } as const;
    expect(
      shown(item(1), item(2, { query: 'q1' }), item(3, { query: '' }), item(4, { source: 'trace', detail }))
    ).toEqual([[1, 'timeseries', 'prom']]);
    expect(toPanelQueries([item(1)], { logsDs: 'loki' })).toEqual({ panels: [], more: 0 });
  });

  it('shows a few, and says how many there are besides', () => {
    const { panels, more } = toPanelQueries(
      Array.from({ length: 9 }, (_, index) => item(index)),
      SOURCES
    );
    expect([panels.length, more]).toEqual([6, 3]);
    expect(panels[0]?.title).toBe('[0] It rose.');
  });
});
