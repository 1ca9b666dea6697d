import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RcaReport } from '#model';
import { type OfferedRunbook, type ReportPayload, toPayload } from '../payload.ts';
import { Outgoing } from '../privacy/outgoing.ts';
import { Pseudonyms } from '../privacy/pseudonyms.ts';
import { makeReport } from '../testing/reports.ts';
import { GOOD_REPORT } from '../testing/run-options.ts';
import { checkClaim, toNarrative } from './check-claim.ts';
import { checkReport } from './check-report.ts';

const RUNBOOK: OfferedRunbook = { id: 'restart-v1', title: 'Restart a workload', action: 'restart', target: 'payment' };
const build = (report: RcaReport, runbooks: readonly OfferedRunbook[] = []): ReportPayload =>
  toPayload(report, { outgoing: new Outgoing(new Pseudonyms()), maxTokens: 4000, runbooks });
const PAYLOAD = build(makeReport());

function check(text: string, cites: readonly number[] = [1, 2], payload = PAYLOAD): string {
  const result = checkClaim({ text, cites }, payload);
  return 'reason' in result ? result.reason : 'fine';
}

describe('sentences that are fine', () => {
  it.each<[string, readonly number[]]>([
    ['The p99 latency of payment rose from 0.05 s to 3.5 s.', [1]],
    ['The latency of payment rose from 50 ms to 3,500 ms, which is 70 times as much.', [1]],
    ['The likely cause is slow queries in `orders-db`, with a confidence of 87 %.', [2]],
    ['The trouble began at 10:15 and went from orders-db over payment to checkout.', [1, 2]],
    ['Two services are victims, and the redis cache was ruled out.', [1]],
    ['Redis was restarted before.', [3]],
    ['To recover, create an index on the table orders of orders-db.', [2]],
    ['The engine proposes an index for orders-db [2].', [2]],
    ['The database did 420 sequential scans per second.', [2]],
  ])('%s', (text, cites) => {
    expect(check(text, cites)).toBe('fine');
  });
});

describe('services with names like action words', () => {
  const report = makeReport({ victims: ['recommendation', 'notification-worker', 'restart'], proposals: [] });
  const payload = build(report);
  it.each([
    ['Victims are recommendation and notification-worker.', 'fine'],
    ['The trouble went along orders-db -> payment -> checkout.', 'fine'],
    ['Payment has no free database connections.', 'fine'],
    ['We recommend notification-worker.', 'unproposed-action'],
    ['Restart recommendation.', 'unproposed-action'],
    ['Note: delete the volume.', 'unproposed-action'],
    ['The log reads ${jndi}.', 'unsafe-text'],
    ['The call GET /users/{id} took <NUM> ms.', 'fine'],
    ['The call overhead of payment: call <SCRIPT>.', 'unsafe-text'],
  ])('%s is %s', (text, outcome) => {
    expect(check(text, [1], payload)).toBe(outcome);
  });
});

describe('numbers that nobody measured', () => {
  it('are not known by chance', () => {
    const numbers = Array.from({ length: 2000 }, (_, at) => Math.round(10 ** (1 + at / 400)));
    const passed = numbers.filter(
      (number) => check(`The p99 latency of payment rose to ${number} ms.`, [1]) === 'fine'
    );
    expect(passed.filter((number) => Math.abs(number - 50) >= 2 && Math.abs(number - 3500) > 30)).toEqual([]);
  });
});

describe('sentences that are cut', () => {
  it.each<[string, readonly number[], string]>([
    ['The p99 latency of payment rose to 87 s.', [1], 'unknown-number'],
    ['The p99 latency of payment rose to 87,000 s.', [1], 'unknown-number'],
    ['The p99 latency of payment rose to 3.5 %.', [1], 'unknown-number'],
    ['The p99 latency of payment rose to 3.5 min.', [1], 'unknown-number'],
    ['The payment service is slow.', [], 'no-citation'],
    ['The payment service is slow.', [9], 'unknown-citation'],
    ['The payment service is slow [3].', [1], 'unknown-citation'],
    ['The cause is billing-db.', [1], 'unknown-service'],
    ['The cause is the billing service.', [1], 'unknown-service'],
    ['The cause is `billing`.', [1], 'unknown-service'],
    ['Kafka brokers are overloaded.', [1], 'unknown-service'],
    ['Restart payment.', [1], 'unproposed-action'],
    ['You should restart redis.', [3], 'unproposed-action'],
    ['Redis was scaled before.', [3], 'unproposed-action'],
    ['Payment was restarted before.', [1], 'unproposed-action'],
    ['Please create an index on payment.', [1], 'unproposed-action'],
    ['Rolling back payment would fix it.', [1], 'unproposed-action'],
    ['Delete the table orders of orders-db.', [2], 'unproposed-action'],
    ['Drop the index of orders-db, then create it again.', [2], 'unproposed-action'],
    ['It would help to wait.', [2], 'unproposed-action'],
    ['We recommend calling the vendor.', [2], 'unproposed-action'],
    ['The latency rose to 9.9 s.', [1], 'unknown-number'],
    ['The latency of payment rose to 3.5 s.', [2], 'unknown-number'],
    ['The trouble began at 11:59.', [1], 'unknown-number'],
    ['See https://example.com for more.', [1], 'unsafe-text'],
    ['Click [here](javascript:x).', [1], 'unsafe-text'],
    ['<img src=x onerror=alert(1)>', [1], 'unsafe-text'],
    ['The engineer ran kubectl for orders.', [1], 'unsafe-text'],
    ['Payment is slow.\u202e', [1], 'unsafe-text'],
    ['Bitte starten Sie redis sofort neu.', [3], 'not-english'],
    ['Redis neu starten.', [3], 'not-english'],
    ['Il faut redémarrer redis maintenant.', [3], 'not-english'],
    ['Reinicie redis ahora por favor.', [3], 'not-english'],
    ['Перезапустите redis.', [3], 'not-english'],
    ['请重启 redis。', [3], 'not-english'],
  ])('%s', (text, cites, reason) => {
    expect(check(text, cites)).toBe(reason);
  });

  it('are all that recommend anything when nothing is proposed', () => {
    expect(check('Create an index on orders-db.', [2], build(makeReport({ proposals: [] })))).toBe('unproposed-action');
  });
});

describe('checkReport', () => {
  const ask = (fields: object, payload = PAYLOAD) =>
    checkReport(JSON.stringify({ ...GOOD_REPORT, ...fields }), payload);

  it('lets a report pass of which every sentence holds, also with words around it', () => {
    const result = checkReport(`Here it is:\n\`\`\`json\n${JSON.stringify(GOOD_REPORT)}\n\`\`\`\nDone.`, PAYLOAD);
    expect(result).toMatchObject({
      kind: 'checked',
      cut: [],
      report: { confidence: 0.8, rootCause: [{ cites: [1] }, { cites: [1, 2] }] },
    });
  });

  it('cuts what does not hold, counts it, and keeps the rest', () => {
    const impact = [{ text: 'Ledger-db is down.', cites: [1] }, ...GOOD_REPORT.impact, { text: 'Everybody suffers.' }];
    expect(ask({ impact })).toMatchObject({
      report: { impact: GOOD_REPORT.impact },
      cut: [
        { part: 'impact', reason: 'unknown-service' },
        { part: 'impact', reason: 'no-citation' },
      ],
    });
  });

  it.each<[string, object, object]>([
    ['causes that nobody measured', { causes: [{ service: 'ledger', confidence: 1, cites: [1] }] }, { part: 'causes', reason: 'unknown-service' }],
    ['causes without evidence', { causes: [{ service: 'orders-db', confidence: 1, cites: [] }] }, { part: 'causes', reason: 'unknown-citation' }],
    ['runbooks that were not offered', { remediation: [{ text: 'Create an index on orders-db.', cites: [2], runbook: 'wipe-all' }] }, { part: 'remediation', reason: 'unknown-runbook' }],
    ['steps that are no step', { remediation: [{ text: 'The p99 latency of payment rose.', cites: [1] }] }, { part: 'remediation', reason: 'unproposed-action' }],
    ['checks that change something', { unknown: [{ text: 'Payment may be stuck.', check: 'See whether a restart of payment helps.', cites: [1] }] }, { part: 'unknown', reason: 'unproposed-action' }],
    ['more than two sentences on the cause', { root_cause: Array(3).fill(GOOD_REPORT.root_cause[0]) }, { part: 'root_cause', reason: 'one-too-many' }],
  ])('cuts %s', (_, fields, cut) => {
    expect(ask(fields)).toMatchObject({ kind: 'checked', cut: [cut] });
  }); // prettier-ignore

  it('lets steps name runbooks that were offered, numbers them, and stops at three runbooks', () => {
    const offers = ['a', 'b', 'c', 'd'].map((id) => ({ ...RUNBOOK, id }));
    const remediation = offers.map(({ id }) => ({ text: 'Restart payment.', cites: [1], runbook: id }));
    const result = ask({ remediation }, build(makeReport(), offers));
    expect(result).toMatchObject({
      report: {
        remediation: [
          { step: 1, runbook: 'a' },
          { step: 2, runbook: 'b' },
          { step: 3, runbook: 'c' },
        ],
      },
      cut: [{ reason: 'one-too-many' }],
    });
    expect(
      ask({ remediation: [{ text: 'Restart checkout.', cites: [1], runbook: 'a' }] }, build(makeReport(), offers))
    ).toMatchObject({
      report: { remediation: [] },
      cut: [{ reason: 'unproposed-action' }],
    });
  });

  it.each<[string, string]>([
    ['', 'not-json'],
    ['Payment is slow.', 'not-json'],
    ['{"root_cause":[{"text":"Payment is sl', 'not-json'],
    ['{}', 'wrong-shape'],
    [JSON.stringify({ ...GOOD_REPORT, confidence: 87 }), 'wrong-shape'],
    [JSON.stringify({ ...GOOD_REPORT, root_cause: [{ text: 'x'.repeat(601), cites: [1] }] }), 'wrong-shape'],
    [JSON.stringify({ ...GOOD_REPORT, root_cause: 'orders-db' }), 'wrong-shape'],
    [JSON.stringify({ ...GOOD_REPORT, root_cause: [] }), 'nothing-grounded'],
    [
      JSON.stringify({ ...GOOD_REPORT, root_cause: [{ text: 'The ledger service is slow.', cites: [1] }] }),
      'nothing-grounded',
    ],
  ])('rejects %s', (answer, reason) => {
    expect(checkReport(answer, PAYLOAD)).toMatchObject({ kind: 'rejected', reason });
  });

  it('rejects a report of which more is cut than is left', () => {
    const lies = Array(5).fill({ text: 'The ledger service is slow.', cites: [1] });
    expect(ask({ causes: [], remediation: [], unknown: [], impact: lies })).toMatchObject({
      reason: 'nothing-grounded',
    });
  });

  it('lets only claims through that cite existing evidence, whatever comes', () => {
    const claim = fc.record({ text: fc.string({ unit: 'binary' }), cites: fc.array(fc.integer({ min: 0, max: 5 })) });
    fc.assert(
      fc.property(fc.array(claim), fc.array(claim), (root_cause, impact) => {
        const result = ask({ root_cause, impact });
        const kept = result.kind === 'checked' ? [...result.report.rootCause, ...result.report.impact] : [];
        expect(kept.filter(({ cites }) => cites.length === 0 || cites.some((cite) => cite < 1 || cite > 3))).toEqual(
          []
        );
      })
    );
  });
});

describe('toNarrative', () => {
  it('puts citations before the last mark', () => {
    const claims = [
      { text: 'Payment is slow.', cites: [1, 2] },
      { text: 'Why', cites: [3] },
    ];
    expect(toNarrative(claims)).toBe('Payment is slow [1][2]. Why [3].');
  });
});
