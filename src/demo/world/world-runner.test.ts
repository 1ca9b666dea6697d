import { describe, expect, it } from 'vitest';
import { RecordingSink } from '../shop/testing/recording-sink.ts';
import { World } from './world-runner.ts';

const NOW = Date.UTC(2026, 10, 18, 12, 0, 7);

function createWorld(historyMinutes: number, speed = 1) {
  const sink = new RecordingSink();
  const real = { ms: 0 };
  const world = new World({
    seed: 1,
    startMs: NOW,
    historyMinutes,
    speed,
    sink,
    realNow: () => real.ms,
    yieldToOthers: () => Promise.resolve(),
  });
  return { world, sink, real };
}

const gapsOf = (sink: RecordingSink) =>
  sink.scrapes.slice(1).map((scrape, i) => (scrape.atMs - (sink.scrapes[i]?.atMs ?? 0)) / 1000);

describe('World', () => {
  it('fills the history up to now, one scrape per 15 s on whole steps', async () => {
    const { world, sink } = createWorld(10);
    await world.backfill();
    expect(sink.scrapes).toHaveLength(40);
    expect(new Set(gapsOf(sink))).toEqual(new Set([15]));
    expect(sink.scrapes.at(-1)?.atMs).toBe(NOW - 7000);
    expect(world.clock.now()).toBe(NOW - 7000);
  });

  it('thins out what is older than three hours and stays continuous', async () => {
    const { world, sink } = createWorld(240);
    await world.backfill();
    const gaps = gapsOf(sink);
    expect(new Set(gaps.slice(0, 22))).toEqual(new Set([150]));
    expect(new Set(gaps.slice(-720))).toEqual(new Set([15]));
    expect(gaps.reduce((sum, gap) => sum + gap, 0)).toBe(240 * 60 - 150);
    const rate = sink.rate(
      'traces_spanmetrics_calls_total',
      { service: 'gateway', span_kind: 'SPAN_KIND_SERVER' },
      735
    );
    expect(rate).toBeGreaterThan(90);
    expect(rate).toBeLessThan(150);
  });

  it('skips no scrape, however late it is woken', async () => {
    const { world, sink, real } = createWorld(1, 60);
    await world.backfill();
    for (const pass of [100, 3000, 10, 900, 250]) {
      real.ms += pass;
      world.keepUp();
    }
    expect(new Set(gapsOf(sink))).toEqual(new Set([15]));
    expect(world.clock.now() - world.shop.simulatedMs).toBeLessThanOrEqual(60_000);
  });

  it('advances completely before it answers, and in turn', async () => {
    const { world, sink } = createWorld(1, 0);
    await world.backfill();
    const before = world.clock.now();
    await Promise.all([world.advance(40), world.advance(25)]);
    expect(world.clock.now()).toBe(before + 65_000);
    expect(world.shop.simulatedMs).toBe(before + 60_000);
    expect(sink.scrapes).toHaveLength(8);
  });

  it('stands still when it is paused', async () => {
    const { world, sink, real } = createWorld(1, 0);
    await world.backfill();
    real.ms += 1_000_000;
    world.keepUp();
    expect(sink.scrapes).toHaveLength(4);
  });

  it('gives equal telemetry whether time runs or jumps', async () => {
    const jumping = createWorld(1, 0);
    await jumping.world.backfill();
    await jumping.world.advance(120);
    const running = createWorld(1, 60);
    await running.world.backfill();
    for (let i = 0; i < 20; i++) {
      running.real.ms += 100;
      running.world.keepUp();
    }
    expect(running.sink.scrapes.map((scrape) => [...scrape.readings])).toEqual(
      jumping.sink.scrapes.map((scrape) => [...scrape.readings])
    );
  });
});
