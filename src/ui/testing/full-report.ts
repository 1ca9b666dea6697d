import type { CausalEffect, EffectsReport, EvidenceSeries, RcaReport } from '#model';
import { NOW_MS, report } from './records.ts';

const STEP_MS = 15_000;
const MINUTE = 60_000;
/** Where the cause of the record leaves its usual range. */
export const ONSET_MS = NOW_MS - 6 * MINUTE;

/** A series that is `usual`, and from its onset on `strange`; every tenth point of the quiet time is missing. */
export function evidenceSeries(
  change: Omit<Partial<EvidenceSeries>, 'onsetMs'> & {
    readonly onsetMs?: number | undefined;
    readonly strange?: number;
  } = {}
): EvidenceSeries {
  const { strange = 3.5, onsetMs, ...given } = { onsetMs: ONSET_MS, ...change };
  const usual = given.usual ?? { median: 0.05, low: 0.04, high: 0.062 };
  const timesMs = Array.from({ length: 180 }, (_, index) => NOW_MS - (180 - index) * STEP_MS);
  const wave = (index: number) => usual.median + ((usual.high - usual.low) / 2) * Math.sin(index);
  return {
    service: 'payment',
    signal: 'latency',
    metric: 'p95 latency',
    unit: 'seconds',
    role: 'path',
    timesMs,
    values: timesMs.map((atMs, index) =>
      onsetMs !== undefined && atMs >= onsetMs ? strange : index % 10 === 9 ? null : wave(index)
    ),
    usual,
    ...(onsetMs === undefined ? {} : { onsetMs }),
    evidence: [1],
    ...given,
  };
}

export function causalEffect(change: Partial<CausalEffect> = {}): CausalEffect {
  return {
    service: 'orders-db',
    signal: 'latency',
    metric: 'p95 latency',
    unit: 'seconds',
    verdict: 'supported',
    share: { value: 0.87, low: 0.8, high: 0.94 },
    slope: { value: 1.04, low: 0.96, high: 1.12 },
    slopeUnit: 's per s',
    p: 0.000_01,
    q: 0.000_04,
    refutedBy: [],
    explanation: 'Supported: a hidden common cause would have to explain 61 % of what is left of both to undo it.',
    counterfactual:
      'With p95 latency of orders-db normal, p95 latency of checkout would have been 0.42 s (95 % interval 0.2 s to 0.7 s) ' +
      'instead of 3.5 s at its worst. This depends on the model: effects add up, nothing outside the graph drives both, ' +
      'and the answer comes within a row.',
    ...change,
  };
}

export function effectsReport(change: Partial<EffectsReport> = {}): EffectsReport {
  return {
    target: { service: 'checkout', signal: 'latency', metric: 'p95 latency', unit: 'seconds' },
    effects: [
      causalEffect(),
      causalEffect({
        service: 'payment',
        verdict: 'not-supported',
        share: { value: 0.2, low: null, high: 0.9 },
        p: 0.034,
        q: 0.08,
        refutedBy: ['significance', 'placebo'],
        explanation: 'Not supported: it may be chance (q = 0.08).',
      }),
      {
        service: 'search',
        signal: 'cpu',
        metric: 'CPU use',
        unit: 'cores',
        verdict: 'not-testable',
        refutedBy: [],
        explanation: 'Not testable: not on a causal path to the target.',
      },
    ],
    rules: [
      {
        rule: {
          cause: { service: 'orders-db', metric: 'pg_connections', comparison: '>', threshold: 0.9, percent: true },
          effect: { service: 'order', symptom: 'latency', change: 'increase' },
          confidence: 0.85,
        },
        outcome: 'contradicted',
        explanation: 'The target does not follow.',
      },
    ],
    ...change,
  };
}

/** A report with everything that newer versions know. */
export function fullReport(change: Partial<RcaReport> = {}): RcaReport {
  const [first, ...others] = report().hypotheses;
  return report({
    hypotheses: [{ ...first!, opinions: { linearRank: 1, trainedRank: 2 } }, ...others],
    series: [
      evidenceSeries({ service: 'checkout', role: 'target', onsetMs: ONSET_MS + 2 * STEP_MS }),
      evidenceSeries({
        service: 'orders-db',
        role: 'cause',
        signal: 'sequential-scans',
        metric: 'sequential scans',
        unit: 'per-second',
        usual: { median: 0, low: 0, high: 2 },
        strange: 410,
        evidence: [2],
      }),
      evidenceSeries({ onsetMs: ONSET_MS + STEP_MS }),
      evidenceSeries({ service: 'order', onsetMs: undefined }),
    ],
    effects: effectsReport(),
    coverage: [
      {
        service: 'orders-db',
        score: 0.62,
        reasons: ['No traces name it.', 'The call from payment rests on one source.'],
      },
    ],
    ...change,
  });
}
