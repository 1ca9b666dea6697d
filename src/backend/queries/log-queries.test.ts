import { describe, expect, it } from 'vitest';
import { FRAME_FIELDS, LOG_PATTERN_COLUMNS } from '#contracts';
import type { Datasource } from '../datasource/datasource.ts';
import { FakeLoki } from '../logs/testing/fake-loki.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { answerLogAnomaly } from './log-anomaly.ts';
import { answerLogPatterns } from './log-patterns.ts';
import type { PreparedQuery } from './prepare-query.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 5);
const NOW = START + 240 * MINUTE;
const never = new AbortController().signal;

function source(loki: FakeLoki | undefined): Datasource {
  const settings = { namespace: undefined, watch: { historyMinutes: 180, collectSeconds: 60 } };
  // Only what the log queries read.
  return { upstreams: { loki }, settings, clock: manualClock(NOW) } as unknown as Datasource;
}

function prepared(queryType: PreparedQuery['query']['queryType'], service?: string): PreparedQuery {
  return {
    query: { refId: 'A', queryType, ...(service === undefined ? {} : { service }) },
    signal: undefined,
    fromMs: NOW - 180 * MINUTE,
    toMs: NOW,
    maxPoints: 100,
    fromAlert: true,
  };
}

function speaking(): FakeLoki {
  const loki = new FakeLoki();
  for (let atMs = START; atMs < NOW; atMs += 20_000) {
    loki.log(atMs, 'order', 'info', `order ${atMs} stored`);
    loki.log(atMs + 500, 'payment', 'info', 'paid');
  }
  for (let i = 0; i < 20; i += 1) {
    loki.log(NOW - 30_000 + i, 'order', 'error', '<b>disk</b> is full');
  }
  return loki;
}

describe('log-anomaly', () => {
  it('is one nullable number per service', async () => {
    const frames = await answerLogAnomaly(source(speaking()), prepared('log-anomaly'), never);
    expect(frames.map(({ fields }) => fields[0]?.labels)).toEqual([{ service: 'order' }, { service: 'payment' }]);
    const [order, payment] = frames.map(({ fields }) => fields[0]?.values[0]);
    expect(order).toBeGreaterThan(0.8);
    expect(payment).toBe(0);
    for (const { meta, fields } of frames) {
      expect(meta).toMatchObject({ type: 'numeric-multi', typeVersion: [0, 1] });
      expect(fields).toMatchObject([{ name: FRAME_FIELDS.logScore, kind: 'number', nullable: true }]);
    }
  });

  it('can be restricted to one service', async () => {
    const frames = await answerLogAnomaly(source(speaking()), prepared('log-anomaly', 'payment'), never);
    expect(frames.map(({ fields }) => fields[0]?.labels)).toEqual([{ service: 'payment' }]);
  });

  it('is null where unknown, with the reason', async () => {
    const loki = new FakeLoki();
    loki.log(NOW - 10 * MINUTE, 'order', 'info', 'hello');
    const [frame] = await answerLogAnomaly(source(loki), prepared('log-anomaly'), never);
    expect(frame?.fields[0]?.values).toEqual([null]);
    expect(frame?.meta?.custom).toEqual({ why: 'warming-up' });
  });

  it.each([
    ['nobody logs', new FakeLoki(), undefined],
    ['there is no Loki', undefined, 'No Loki is configured'],
    ['Loki fails', Object.assign(new FakeLoki(), { failing: true }), 'Loki'],
  ])('is one empty typed frame where %s', async (_, loki, notice) => {
    const frames = await answerLogAnomaly(source(loki), prepared('log-anomaly'), never);
    expect(frames).toMatchObject([{ refId: 'A', fields: [], meta: { type: 'numeric-multi', typeVersion: [0, 1] } }]);
    expect(frames[0]?.meta?.notices?.[0]?.text ?? '').toContain(notice ?? '');
    expect(frames[0]?.meta?.notices?.length ?? 0).toBe(notice === undefined ? 0 : 1);
  });
});

describe('log-patterns', () => {
  it('is a table, what is strange first', async () => {
    const [frame] = await answerLogPatterns(source(speaking()), prepared('log-patterns'), never);
    expect(frame?.fields.map(({ name }) => name)).toEqual([...LOG_PATTERN_COLUMNS]);
    const rows = [0, 1, 2].map((row) =>
      Object.fromEntries(frame?.fields.map((field) => [field.name, field.values[row]]) ?? [])
    );
    expect(rows[0]).toMatchObject({
      service: 'order',
      severity: 'error',
      template: '<b>disk</b> is full',
      count: 20,
      anomaly: 'A new error message, 20 lines: <b>disk</b> is full',
    });
    expect(rows[0]?.['score']).toBeGreaterThan(0.8);
    expect(rows.slice(1).map((row) => [row['template'], row['anomaly'], row['score']])).toEqual([
      ['paid', '', null],
      ['order <NUM> stored', '', null],
    ]);
  });

  it('is an empty table where there is no Loki', async () => {
    const [frame] = await answerLogPatterns(source(undefined), prepared('log-patterns'), never);
    expect(frame?.fields.map(({ values }) => values.length)).toEqual(LOG_PATTERN_COLUMNS.map(() => 0));
    expect(frame?.meta?.notices).toHaveLength(1);
  });
});
