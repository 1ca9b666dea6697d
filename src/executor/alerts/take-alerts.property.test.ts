import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, makeHarness } from '../testing/harness.ts';
import { readAlerts } from './read-webhook.ts';
import { takeAlerts } from './take-alerts.ts';

const WEBHOOK = { kind: 'webhook', id: 'webhook:alerts', name: 'alert-webhook' } as const;
const START_MS = Date.UTC(2026, 0, 5, 3);
const iso = (minutes: number): string => new Date(START_MS + minutes * 60_000).toISOString();

/** What a sender may say about a few alerts, each starting a few times. */
const delivery = fc
  .record({ fingerprint: fc.constantFrom('a', 'b'), start: fc.nat(1), resolved: fc.boolean(), lasted: fc.nat(3) })
  .map(({ fingerprint, start, resolved, lasted }) => ({
    fingerprint,
    status: resolved ? 'resolved' : 'firing',
    labels: { alertname: fingerprint, service: 'payment' },
    annotations: { summary: `${resolved} ${lasted}` },
    startsAt: iso(10 * start),
    endsAt: resolved ? iso(10 * start + lasted) : '0001-01-01T00:00:00Z',
  }));

let harness: Harness;
beforeEach(async () => {
  harness = await makeHarness({ start: false });
});
afterEach(() => harness.stop());

/** Sends deliveries in calls of a few, about alerts that were never heard of, and tells what is kept of them. */
async function keep(run: string, deliveries: readonly object[], size: number) {
  const { context } = harness.executor;
  const own = deliveries.map((one) => ({
    ...one,
    fingerprint: `${run}-${(one as { fingerprint: string }).fingerprint}`,
  }));
  for (let at = 0; at < own.length; at += size) {
    await takeAlerts(context, WEBHOOK, readAlerts({ alerts: own.slice(at, at + size) }));
  }
  const { items } = await context.ledger.read.alerts.list({ limit: 200 }, {});
  return items
    .filter(({ fingerprint }) => fingerprint.startsWith(`${run}-`))
    .map(({ fingerprint, startsAtMs, status, endsAtMs }) => [
      fingerprint.slice(run.length),
      startsAtMs,
      status,
      endsAtMs,
    ])
    .sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
}

describe('alerts of many calls', () => {
  it('end in the same state in whatever order, however often and in whatever groups they come', async () => {
    const several = fc.array(delivery, { minLength: 1, maxLength: 8 });
    const cases = several.chain((all) =>
      fc.record({
        all: fc.constant(all),
        other: fc.shuffledSubarray([...all, ...all], { minLength: 2 * all.length }),
        sizes: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
      })
    );
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(cases, async ({ all, other, sizes }) => {
        runs += 1;
        expect(await keep(`x${runs}`, all, sizes[0])).toEqual(await keep(`y${runs}`, other, sizes[1]));
      }),
      { numRuns: 40 }
    );
  });
});
