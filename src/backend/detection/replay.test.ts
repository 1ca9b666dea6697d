import { describe, expect, it } from 'vitest';
import { syntheticSignals } from '../testing/synthetic-signals.ts';
import { replay } from './replay.ts';
import { runtimeConfig } from './runtime-config.ts';

const stepMs = 60_000;
const startMs = Math.floor(1_700_000_000_000 / 3_600_000) * 3_600_000;
const fromMs = startMs + 700 * stepMs;
const toMs = startMs + 779 * stepMs;
const signals = syntheticSignals({
  services: ['a', 'b'],
  startMs,
  stepMs,
  steps: 780,
  faultMs: startMs + 740 * stepMs,
  faulty: 'a',
}).map(({ timesMs, values, ...rest }) => ({
  ...rest,
  labels: {},
  timesMs: Float64Array.from(timesMs),
  values: Float64Array.from(values),
}));
const config = runtimeConfig({ collectSeconds: 60, detectSeconds: 300, fullTierSeries: 0, keepReadings: 100 });
const timeline = { fromMs, toMs, stepSeconds: 60, maxPoints: 1000 };
/** Features of kinds that the catalogue of these services does not measure. */
const OTHERS = /\/feature\/(cpu|memory)$/;

describe('a replay without models', () => {
  it('says the same without features that repeat, and without verdicts before the range', () => {
    const whole = replay({ config, signals, exclusions: [], toMs, timeline });
    const scores = whole.timeline.scores.flatMap((one) => [...one.scores]);
    expect(scores.some((score) => score > 0.8)).toBe(true);
    const own = signals.filter(({ id }) => !id.includes('/feature/') || OTHERS.test(id));
    const servicesFromMs = fromMs - 2 * config.detectSeconds * 1000;
    const short = replay({ config: { ...config, servicesFromMs }, signals: own, exclusions: [], toMs, timeline });
    expect(short.timeline).toEqual(whole.timeline);
    expect(short.services).toEqual(whole.services);
  });

  it('says the same of one kind with the series of that kind alone', () => {
    const wanted = { ...timeline, kind: 'latency' } as const;
    const whole = replay({ config, signals, exclusions: [], toMs, timeline: wanted });
    const latency = signals.filter(({ kind }) => kind === 'latency');
    const short = replay({ config, signals: latency, exclusions: [], toMs, timeline: wanted });
    expect(whole.timeline.bands).toHaveLength(4);
    expect(short.timeline).toEqual(whole.timeline);
  });
});
