import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkNarration, toNarrative } from './check-narration.ts';
import { toPayload } from './payload.ts';
import { makeReport } from './testing/reports.ts';

const PAYLOAD = toPayload(makeReport());

function check(text: string, cites: readonly number[] = [1, 2], payload = PAYLOAD): string {
  const result = checkNarration(JSON.stringify({ sentences: [{ text, cites }] }), payload);
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
  const payload = toPayload(report);
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

describe('sentences that are rejected', () => {
  it.each<[string, readonly number[], string]>([
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
    ['The trouble began at 11:59.', [1], 'unknown-number'],
    ['See https://example.com for more.', [1], 'unsafe-text'],
    ['Click [here](javascript:x).', [1], 'unsafe-text'],
    ['<img src=x onerror=alert(1)>', [1], 'unsafe-text'],
    ['The engineer ran kubectl for orders.', [1], 'unsafe-text'],
    ['Payment is slow.\u202e', [1], 'unsafe-text'],
  ])('%s', (text, cites, reason) => {
    expect(check(text, cites)).toBe(reason);
  });

  it('rejects any recommendation when nothing is proposed', () => {
    const payload = toPayload(makeReport({ proposals: [] }));
    expect(check('Create an index on orders-db.', [2], payload)).toBe('unproposed-action');
  });
});

describe('answers that are no narration', () => {
  it.each<[string, string]>([
    ['', 'not-json'],
    ['Here you are: {"sentences":[]}', 'not-json'],
    ['{"sentences":[{"text":"Payment is sl', 'not-json'],
    ['null', 'wrong-shape'],
    ['{"sentences":[]}', 'wrong-shape'],
    ['{"sentences":[{"text":"Payment is slow."}]}', 'wrong-shape'],
    ['{"sentences":[{"text":"Payment is slow.","cites":[]}]}', 'wrong-shape'],
    ['{"sentences":[{"text":"Payment is slow.","cites":["1"]}]}', 'wrong-shape'],
    ['{"sentences":[{"text":" ","cites":[1]}]}', 'wrong-shape'],
    ['{"sentences":[{"text":"Payment is slow.","cites":[1],"action":"restart"}]}', 'wrong-shape'],
    ['{"sentences":[{"text":"Payment is slow.","cites":[1]}],"confidence":1}', 'wrong-shape'],
    [JSON.stringify({ sentences: [{ text: 'x'.repeat(601), cites: [1] }] }), 'wrong-shape'],
  ])('%s', (answer, reason) => {
    expect(checkNarration(answer, PAYLOAD)).toMatchObject({ reason });
  });

  it('takes a fenced answer', () => {
    const answer = '```json\n{"sentences":[{"text":"Payment is slow.","cites":[2,1,1]}]}\n```';
    expect(checkNarration(answer, PAYLOAD)).toEqual({ sentences: [{ text: 'Payment is slow.', cites: [1, 2] }] });
  });

  it('lets through only sentences that cite existing evidence, whatever comes', () => {
    const sentence = fc.record({
      text: fc.string({ unit: 'binary' }),
      cites: fc.array(fc.integer({ min: 0, max: 5 })),
    });
    fc.assert(
      fc.property(fc.array(sentence), (sentences) => {
        const result = checkNarration(JSON.stringify({ sentences }), PAYLOAD);
        const kept = 'sentences' in result ? result.sentences : [];
        expect(kept.filter(({ cites }) => cites.length === 0 || cites.some((cite) => cite < 1 || cite > 3))).toEqual(
          []
        );
      })
    );
  });
});

describe('toNarrative', () => {
  it('puts citations before the last mark', () => {
    const sentences = [
      { text: 'Payment is slow.', cites: [1, 2] },
      { text: 'Why', cites: [3] },
    ];
    expect(toNarrative(sentences)).toBe('Payment is slow [1][2]. Why [3].');
  });
});
