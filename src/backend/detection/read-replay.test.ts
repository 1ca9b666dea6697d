import { describe, expect, it } from 'vitest';
import { createInProcessPool } from '../analysis/in-process-pool.ts';
import { KnownTimes } from '../datasource/known-times.ts';
import type { SignalWindow } from '../signals/signal-source.ts';
import { syntheticSignals } from '../testing/synthetic-signals.ts';
import { DetectionRuntime } from './detection-runtime.ts';
import { readReplay } from './read-replay.ts';
import { runtimeConfig } from './runtime-config.ts';

const MINUTE = 60_000;
const startMs = Math.floor(1_700_000_000_000 / 3_600_000) * 3_600_000;
const range = { fromMs: startMs + 100 * MINUTE, toMs: startMs + 120 * MINUTE };
const config = runtimeConfig({ collectSeconds: 60, detectSeconds: 60 });

/** A replay over an installation of so many services, and how its signals were asked for. */
async function replayOf(services: number, timeline: { readonly kind?: 'latency'; readonly service?: string }) {
  const names = Array.from({ length: services }, (_, i) => `s${i}`);
  const newest = new DetectionRuntime(config);
  newest.advance(syntheticSignals({ services: names, startMs, stepMs: MINUTE, steps: 1 }), startMs);
  const asked: unknown[] = [];
  const own = syntheticSignals({ services: ['s0', 's1'], startMs, stepMs: MINUTE, steps: 121 });
  const window: SignalWindow = {
    signals: own.map(({ timesMs, values, ...rest }) => ({ ...rest, series: { labels: {}, timesMs, values } })),
    gaps: [],
    window: { fromMs: startMs, toMs: range.toMs + 1 },
    stepSeconds: 60,
  };
  const answer = await readReplay(
    {
      signals: {
        historyMs: 100 * MINUTE,
        stepSeconds: 60,
        read: async () => (asked.push('all'), window),
        readPast: async (_range: unknown, grid: unknown) => (asked.push(grid), window),
      },
      rollouts: { during: async () => ({ windows: [], gaps: [] }) },
      detection: { newest, config },
      pool: createInProcessPool(),
      knownTimes: new KnownTimes(),
    } as unknown as Parameters<typeof readReplay>[0],
    range,
    { ...range, maxPoints: 1000, ...timeline }
  );
  return { asked, answer, scored: answer.output.timeline.scores.map(({ service }) => service) };
}

describe('a replay', () => {
  it('reads everything where there are few series', async () => {
    const { asked, answer, scored } = await replayOf(2, {});
    expect([asked, answer.gaps, scored]).toEqual([['all'], [], ['s0', 's1']]);
  });

  it('of many series reads what it judges, judges it lightly, and says so', async () => {
    const { asked, answer, scored } = await replayOf(60, {});
    expect(asked).toEqual([{ stepSeconds: 60, historyMs: 100 * MINUTE, need: 'no-repeats' }]);
    expect(answer.gaps[0]?.reason).toMatch(/light detectors/);
    expect(scored).toEqual(['s0', 's1']);
    expect(answer.output.timeline.scores[0]?.scores.at(-1)).toBeGreaterThanOrEqual(0);
  });

  it('of one kind of many series reads that kind', async () => {
    const { asked } = await replayOf(60, { kind: 'latency' });
    expect(asked).toEqual([{ stepSeconds: 60, historyMs: 100 * MINUTE, need: { kind: 'latency' } }]);
  });

  it('of one service among many is judged in full', async () => {
    const { asked, answer, scored } = await replayOf(60, { service: 's1' });
    expect(asked).toEqual([{ stepSeconds: 60, historyMs: 100 * MINUTE, need: 'all' }]);
    expect([answer.gaps, scored]).toEqual([[], ['s1']]);
  });
});
