import { describe, expect, it } from 'vitest';
import type { Evidence } from '#model';
import { toExploreUrl } from './explore-url.ts';

const EVIDENCE: Evidence = {
  number: 1,
  source: 'metric',
  service: 'a',
  statement: 's',
  query: 'up{x="&"}',
  atMs: 3_600_000,
};
const SOURCES = { metricsDs: 'prom', logsDs: 'loki', tracesDs: 'tempo' };

function paneOf(url: string | undefined): unknown {
  return (JSON.parse(new URLSearchParams(url?.slice(url.indexOf('?'))).get('panes') ?? '{}') as { a?: unknown }).a;
}

describe('toExploreUrl', () => {
  it('runs the query again around the time of the evidence', () => {
    expect(paneOf(toExploreUrl(EVIDENCE, SOURCES))).toEqual({
      datasource: 'prom',
      queries: [{ refId: 'A', expr: 'up{x="&"}', datasource: { uid: 'prom' } }],
      range: { from: '2700000', to: '4500000' },
    });
  });

  it('uses the window where there is one, and the datasource of the signal', () => {
    const url = toExploreUrl({ ...EVIDENCE, source: 'trace', window: { fromMs: 1, toMs: 2 } }, SOURCES);
    expect(paneOf(url)).toMatchObject({
      datasource: 'tempo',
      queries: [{ queryType: 'traceql' }],
      range: { from: '1', to: '2' },
    });
  });

  it('goes by the language of the query where it is told, and opens the trace that the evidence shows', () => {
    const pods: Evidence = { ...EVIDENCE, source: 'kubernetes', language: 'logql' };
    expect(paneOf(toExploreUrl(pods, SOURCES))).toMatchObject({ datasource: 'loki' });
    expect(paneOf(toExploreUrl({ ...EVIDENCE, source: 'impact' }, SOURCES))).toMatchObject({ datasource: 'prom' });
    const detail = {
      kind: 'trace-path',
      traceId: 'abc1',
      durationMs: 1,
      usualMs: null,
      comparedWith: 0,
      path: [],
    } as const;
    expect(paneOf(toExploreUrl({ ...EVIDENCE, source: 'trace', detail }, SOURCES))).toMatchObject({
      queries: [{ queryType: 'traceql', query: 'abc1' }],
    });
  });

  it('gives no link without a query or a datasource', () => {
    expect(toExploreUrl({ ...EVIDENCE, query: '' }, SOURCES)).toBeUndefined();
    expect(toExploreUrl(EVIDENCE, {})).toBeUndefined();
  });
});
