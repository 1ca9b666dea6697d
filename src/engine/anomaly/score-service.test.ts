import { describe, expect, it } from 'vitest';
import type { AnomalyReading, ScoredSignal, SignalKind, UnknownReason } from '#model';
import { toScore } from './score-map.ts';
import { scoreService } from './score-service.ts';

const reading = (surprisal: number): AnomalyReading => ({
  kind: 'scored',
  score: toScore(surprisal),
  surprisal,
  expected: { lower: 0, centre: 1, upper: 2 },
  direction: 'above',
});
const unknown = (why: UnknownReason): AnomalyReading => ({ kind: 'unknown', why });
const signal = (kind: SignalKind, last: AnomalyReading, service = 'a', timeMs = 1000): ScoredSignal => ({
  signalId: `${service}/${kind}`,
  service,
  kind,
  timesMs: [timeMs - 1, timeMs],
  values: [1, 2],
  readings: [reading(0), last],
});

describe('scoreService', () => {
  it('takes the strangest signal, less the price of having several', () => {
    const state = scoreService(
      'a',
      [signal('latency', reading(7)), signal('cpu', reading(1)), signal('memory', reading(9), 'b')],
      1000
    );
    expect(state.reading).toMatchObject({ kind: 'scored', score: toScore(7 - Math.log10(2)) });
    expect(state.signals.map((item) => item.kind)).toEqual(['latency', 'cpu']);
    expect(state.signals[0]).toMatchObject({ value: 2 });
  });

  it('is unknown without signals, never normal', () => {
    expect(scoreService('a', [], 1000)).toMatchObject({ reading: { kind: 'unknown', why: 'no-data' }, signals: [] });
  });

  it.each([
    ['all are unknown', [signal('latency', unknown('gap')), signal('cpu', unknown('gap'))], 'gap'],
    [
      'no symptom is known',
      [signal('latency', unknown('invalid')), signal('cpu', reading(0)), signal('memory', reading(0))],
      'invalid',
    ],
    [
      'most are unknown',
      [signal('cpu', unknown('stale')), signal('memory', unknown('stale')), signal('evictions', reading(0))],
      'stale',
    ],
    ['everything is old', [signal('latency', reading(0), 'a', -100_000)], 'stale'],
  ] as const)('is unknown when %s', (_, signals, why) => {
    expect(scoreService('a', signals, 1000).reading).toMatchObject({ kind: 'unknown', why });
  });

  it('is critical even when much is unknown', () => {
    const state = scoreService('a', [signal('latency', unknown('gap')), signal('restarts', reading(9))], 1000);
    expect(state.reading).toMatchObject({ kind: 'scored' });
    expect(state.signals.at(-1)?.reading.kind).toBe('unknown');
  });

  it('looks at the asked instant, not at later points', () => {
    const later = signal('latency', reading(9), 'a', 1000);
    expect(scoreService('a', [later], 999).reading).toMatchObject({ score: 0 });
    expect(scoreService('a', [later], 10).reading).toMatchObject({ kind: 'unknown', why: 'no-data' });
  });
});
