import { describe, expect, it } from 'vitest';
import { healthySeries, signalOf } from '../testing/series.ts';
import { START_MS, STEP_MS, toSignal } from '../testing/synthetic-system.ts';
import { normalLevel, recoveryChecks, symptomLevels } from './recovery-checks.ts';

const baseline = { fromMs: START_MS, toMs: START_MS + 200 * STEP_MS };

describe('normalLevel', () => {
  it('is the band that the detector calls normal', () => {
    const level = normalLevel(signalOf('latency', healthySeries(200, 0.05, 0.02, 1)), baseline);
    expect(level?.centre).toBeCloseTo(0.05, 2);
    expect(level?.upper).toBeCloseTo(0.05 * (1 + 4.27 * 0.25), 2);
  });

  it('is not spoilt by an earlier incident in the baseline', () => {
    const values = [
      ...healthySeries(150, 0.05, 0.02, 2),
      ...new Array<number>(20).fill(3.5),
      ...healthySeries(30, 0.05, 0.02, 3),
    ];
    expect(normalLevel(signalOf('latency', values), baseline)?.upper).toBeLessThan(0.12);
  });

  it.each([20, 60, 100, 150])('leaves known incidents out, %i points of 200 long', (length) => {
    const values = [
      ...healthySeries(100, 0.05, 0.02, 4),
      ...new Array<number>(length).fill(1.2).map((value, i) => value + 0.3 * Math.sin(i)),
      ...healthySeries(200, 0.05, 0.02, 5),
    ].slice(0, 200);
    const known = [{ fromMs: START_MS + 100 * STEP_MS, toMs: START_MS + (100 + length) * STEP_MS }];
    expect(normalLevel(signalOf('latency', values), baseline, known)?.upper).toBeLessThan(0.12);
  });

  it('is unknown where all of the baseline was an incident', () => {
    const signal = signalOf('latency', healthySeries(200, 1.2, 0.3, 6));
    expect(normalLevel(signal, baseline, [{ fromMs: baseline.fromMs, toMs: baseline.toMs }])).toBeUndefined();
  });

  it('is unknown with fewer than five values', () => {
    expect(normalLevel(signalOf('latency', [1, 2, NaN, 3, 4]), baseline)).toBeUndefined();
  });
});

describe('recoveryChecks', () => {
  it('check the symptom first, then the other one', () => {
    const levels = symptomLevels(
      [
        toSignal('gateway', 'latency', new Array<number>(50).fill(0.2), 'p99'),
        toSignal('gateway', 'latency', new Array<number>(50).fill(0.05), 'p95'),
        toSignal('gateway', 'error-ratio', new Array<number>(50).fill(0)),
        toSignal('other', 'latency', new Array<number>(50).fill(9)),
      ],
      'gateway',
      baseline
    );
    const [first, second] = recoveryChecks({ service: 'gateway' }, 'latency', levels);
    expect(first).toMatchObject({ operator: '<', threshold: 0.103, unit: 'seconds' });
    expect(second).toMatchObject({ operator: '<', threshold: 0.0213, unit: 'ratio' });
    expect(recoveryChecks({ service: 'gateway' }, 'errors', levels)[0]?.unit).toBe('ratio');
  });

  it('have limits even where nothing is known, and names that fit', () => {
    const checks = recoveryChecks({ service: 'x'.repeat(253), kind: 'database' }, 'errors', {});
    expect(checks.map((check) => check.threshold)).toEqual([0.05, 1]);
    expect(checks.every((check) => check.name.length <= 120 && check.query.length <= 2000)).toBe(true);
  });
});
