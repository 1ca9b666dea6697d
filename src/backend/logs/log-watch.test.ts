import { describe, expect, it } from 'vitest';
import { createLogWatch, type LogWatch } from './log-watch.ts';
import { FakeLoki } from './testing/fake-loki.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 0, 5);
const never = new AbortController().signal;

/** Ordinary lines of two services in [fromMs, toMs). */
function chatter(loki: FakeLoki, fromMs: number, toMs: number): void {
  for (let atMs = fromMs; atMs < toMs; atMs += 15_000) {
    loki.log(atMs + ((atMs / 15_000) % 7) * 900, 'order', 'info', `order ${atMs} stored`);
    loki.log(atMs + ((atMs / 15_000) % 5) * 700, 'payment', 'info', `payment ${atMs} done`);
  }
}

async function tickThrough(watch: LogWatch, fromMs: number, toMs: number): Promise<void> {
  for (let atMs = fromMs; atMs <= toMs; atMs += MINUTE) {
    await watch.tick(atMs, never);
  }
}

function setUp(hours = 4): { readonly loki: FakeLoki; readonly watch: LogWatch; readonly nowMs: number } {
  const loki = new FakeLoki();
  const nowMs = START + hours * HOUR;
  chatter(loki, START, nowMs);
  return { loki, watch: createLogWatch({ loki, historyMinutes: 180 }), nowMs };
}

describe('the log watch', () => {
  it('begins with history, so that it can judge at once', async () => {
    const { watch, nowMs } = setUp();
    await watch.tick(nowMs, never);
    expect(watch.levels(nowMs).map(({ service, score }) => [service, score])).toEqual([
      ['order', 0],
      ['payment', 0],
    ]);
    expect(watch.patterns('order').map(({ template }) => template)).toEqual(['order <NUM> stored']);
    expect(watch.anomalies()).toEqual([]);
    expect(watch.state).toMatchObject({ problems: [], gaps: [] });
  });

  it('is unknown before the burn-in, never 0', async () => {
    const { watch } = setUp();
    await watch.tick(START + HOUR, never);
    expect(watch.levels(START + HOUR)[0]).toMatchObject({ score: null, why: 'warming-up' });
    expect(createLogWatch({ loki: new FakeLoki(), historyMinutes: 180 }).levels(START)).toEqual([]);
  });

  it('tells a new error within a tick, and once however long it lasts', async () => {
    const { loki, watch, nowMs } = setUp();
    await watch.tick(nowMs, never);
    chatter(loki, nowMs, nowMs + 20 * MINUTE);
    for (let second = 0; second < 1000; second += 10) {
      loki.log(nowMs + second * 1000, 'order', 'error', `connection to db-${second % 3} refused`);
    }
    await watch.tick(nowMs + MINUTE, never);
    expect(watch.anomalies()).toMatchObject([{ service: 'order', kind: 'new-template' }]);
    expect(watch.levels(nowMs + MINUTE)[0]?.score).toBeGreaterThan(0.7);
    await tickThrough(watch, nowMs + 2 * MINUTE, nowMs + 20 * MINUTE);
    expect(watch.anomalies().filter(({ kind }) => kind === 'new-template')).toHaveLength(1);
    expect(watch.levels(nowMs + 20 * MINUTE)[1]).toMatchObject({ service: 'payment', score: 0 });
  });

  it('tells errors of a service that was silent until now', async () => {
    const { loki, watch, nowMs } = setUp();
    await watch.tick(nowMs, never);
    chatter(loki, nowMs, nowMs + MINUTE);
    loki.log(nowMs + 10_000, 'orders-db', 'error', 'disk is full');
    await watch.tick(nowMs + MINUTE + 10_000, never);
    expect(watch.anomalies()).toMatchObject([{ service: 'orders-db', kind: 'new-template', surprisal: 3 }]);
  });

  it('says that Loki fails, knows nothing then, and catches up without a false alarm', async () => {
    const { loki, watch, nowMs } = setUp();
    await watch.tick(nowMs, never);
    chatter(loki, nowMs, nowMs + HOUR);
    loki.failing = true;
    await tickThrough(watch, nowMs + MINUTE, nowMs + 20 * MINUTE);
    expect(watch.state.problems).toMatchObject([{ source: 'loki', code: 'CAUSEWAY_LOKI_SERVER_ERROR' }]);
    expect(watch.levels(nowMs + 20 * MINUTE)).toMatchObject([
      { score: null, why: 'source-error' },
      { score: null, why: 'source-error' },
    ]);
    loki.failing = false;
    await tickThrough(watch, nowMs + 21 * MINUTE, nowMs + 40 * MINUTE);
    expect(watch.state.problems).toEqual([]);
    expect(watch.levels(nowMs + 40 * MINUTE).map(({ score }) => score)).toEqual([0, 0]);
    expect(watch.anomalies()).toEqual([]);
  });

  it('takes silence of everybody for broken logging, and silence of one for silence', async () => {
    const silent = setUp();
    await silent.watch.tick(silent.nowMs, never);
    await tickThrough(silent.watch, silent.nowMs + MINUTE, silent.nowMs + 15 * MINUTE);
    expect(silent.watch.levels(silent.nowMs + 15 * MINUTE)[0]).toMatchObject({ score: null, why: 'no-data' });
    expect(silent.watch.anomalies()).toEqual([]);

    const { loki, watch, nowMs } = setUp();
    await watch.tick(nowMs, never);
    for (let atMs = nowMs; atMs < nowMs + 15 * MINUTE; atMs += 15_000) {
      loki.log(atMs, 'payment', 'info', `payment ${atMs} done`);
    }
    await tickThrough(watch, nowMs + MINUTE, nowMs + 15 * MINUTE);
    expect(watch.anomalies().map(({ service }) => service)).toContain('order');
  });

  it('samples what is too much, and says how much it read', async () => {
    const { loki, watch, nowMs } = setUp();
    await watch.tick(nowMs, never);
    chatter(loki, nowMs, nowMs + 2 * MINUTE);
    for (let i = 0; i < 30_000; i += 1) {
      loki.log(nowMs + i, 'order', 'info', `order ${i} stored`);
    }
    loki.reads.length = 0;
    await watch.tick(nowMs + MINUTE, never);
    expect(watch.state.gaps).toMatchObject([
      { source: 'loki:lines:order', reason: expect.stringMatching(/^\d+ of about \d+ lines were read/) as string },
    ]);
    expect(Math.max(...loki.reads.map(({ limit }) => limit))).toBeLessThanOrEqual(5000);
    expect(loki.reads.filter(({ query }) => query.includes('payment'))).toHaveLength(1);
  });

  it('gives the same verdicts after a restart', async () => {
    const { loki, watch, nowMs } = setUp();
    await watch.tick(nowMs, never);
    chatter(loki, nowMs, nowMs + HOUR);
    loki.log(nowMs + 50 * MINUTE, 'order', 'error', 'disk is full');
    await tickThrough(watch, nowMs + MINUTE, nowMs + HOUR);
    const restarted = createLogWatch({ loki, historyMinutes: 180 });
    await restarted.tick(nowMs + HOUR, never);
    expect(restarted.levels(nowMs + HOUR)).toEqual(watch.levels(nowMs + HOUR));
    expect(restarted.anomalies().map(({ patternId }) => patternId)).toEqual(
      watch.anomalies().map(({ patternId }) => patternId)
    );
  });

  it('begins anew when the clock goes back', async () => {
    const { watch, nowMs } = setUp();
    await watch.tick(nowMs, never);
    await watch.tick(nowMs - HOUR, never);
    expect(watch.state.readUntilMs).toBe(nowMs - HOUR - 5000);
  });

  it('shares one read between callers, and ends it when the last one leaves', async () => {
    const { loki, watch, nowMs } = setUp();
    await Promise.all([watch.tick(nowMs, never), watch.tick(nowMs, never)]);
    expect(new Set(loki.reads.map(({ fromMs }) => fromMs)).size).toBe(loki.reads.length);
    const gone = AbortSignal.abort(new Error('gone'));
    await expect(watch.tick(nowMs + MINUTE, gone)).rejects.toThrow('gone');
    expect(watch.state.problems).toEqual([]);
  });
});
