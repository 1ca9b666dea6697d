import type { Evidence, RcaReport } from '#model';

/** 2026-03-01T10:15:00Z. */
const ONSET_MS = Date.UTC(2026, 2, 1, 10, 15);

/** A report with three facts, one cause and one proposal. */
export function makeReport(changes: Partial<RcaReport> = {}): RcaReport {
  const window = { fromMs: ONSET_MS - 600_000, toMs: ONSET_MS + 600_000 };
  const fact = (number: number, fields: Partial<Evidence>): Evidence => ({
    number,
    source: 'metric',
    service: 'payment',
    statement: '',
    ...fields,
  });
  return {
    id: 'r1',
    target: { service: 'checkout', symptom: 'latency' },
    window,
    baseline: { fromMs: window.fromMs - 3_600_000, toMs: window.fromMs },
    onsetMs: ONSET_MS,
    decision: 'root-cause',
    verdict: 'LIKELY',
    verdictReasons: ['the signals agree'],
    hypotheses: [
      {
        service: 'orders-db',
        rank: 1,
        score: 3.2,
        confidence: 0.87,
        cause: 'slow-query',
        signals: ['sequential-scans', 'latency'],
        path: [
          { from: 'orders-db', to: 'payment', weight: 0.9, measured: true },
          { from: 'payment', to: 'checkout', weight: 0.8, measured: true },
        ],
        contributions: [],
        evidence: [1, 2],
      },
    ],
    concurrent: 1,
    ruledOut: [{ service: 'redis', reason: 'redis answered as before' }],
    victims: ['payment', 'checkout'],
    changes: [],
    evidence: [
      fact(1, { statement: 'p99 latency of payment rose from 0.05 s to 3.5 s', observed: 3.5, baseline: 0.05, unit: 'seconds' }),
      fact(2, { service: 'orders-db', statement: 'sequential scans of orders-db rose from 1 to 420 per second' }),
      fact(3, { source: 'log', service: 'redis', statement: 'redis was restarted by user_id=4711 (jane.doe@example.com, 10.1.2.3)' }),
    ], // prettier-ignore
    proposals: [
      {
        action: 'create-index',
        target: { kind: 'database', name: 'orders-db' },
        parameters: { table: 'orders', column: 'customer_id' },
        service: 'orders-db',
        rationale: 'The table orders is read without an index [2].',
        confidence: 0.87,
        expectedSeconds: 60,
        verification: [],
      },
    ],
    gaps: [],
    summary: '',
    narrator: 'engine',
    narrative: '',
    ...changes,
  };
}
