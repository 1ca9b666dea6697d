import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ObservedShop } from '../../support/shop/observed-shop.ts';

const MINUTE = 60_000;
const FAULT = 'missing-index';

// The first look trains the detectors.
describe('a window in which the shop was broken, healed, and is broken again', { timeout: 60_000 }, () => {
  let shop: ObservedShop;
  let brokenMs: readonly [first: number, second: number];

  beforeAll(async () => {
    shop = await ObservedShop.open();
    shop.pass(60);
    const first = shop.break(FAULT, 4);
    shop.heal(FAULT);
    shop.pass(25);
    brokenMs = [first, shop.break(FAULT, 3)];
  }, 60_000);
  afterAll(() => shop.close());

  const explain = (window: { readonly fromMs: number; readonly toMs: number }) =>
    shop.explain({ service: 'checkout', window });

  it('is about the trouble of now', async () => {
    const report = await explain({ fromMs: brokenMs[0] - 10 * MINUTE, toMs: brokenMs[1] + 3 * MINUTE });
    expect(report).toMatchObject({
      decision: 'root-cause',
      hypotheses: [{ service: 'orders-db' }, ...Array(5).fill({})],
    });
    expect(Math.abs(report.onsetMs - brokenMs[1])).toBeLessThan(MINUTE);
    expect(report.summary).toMatch(/^checkout responds slowly since /);
  });

  it('is about the trouble that is over, up to its end, where it ends before the next', async () => {
    const window = { fromMs: brokenMs[0] - 10 * MINUTE, toMs: brokenMs[1] - MINUTE };
    const report = await explain(window);
    expect(report).toMatchObject({
      decision: 'root-cause',
      hypotheses: [{ service: 'orders-db' }, ...Array(5).fill({})],
    });
    expect(Math.abs(report.onsetMs - brokenMs[0])).toBeLessThan(MINUTE);
    expect(report.window.toMs).toBeLessThan(brokenMs[0] + 8 * MINUTE);
    expect(report.summary).toMatch(/^checkout responded slowly from .* to /);
  });

  it('does not count an incident before the window as normal', async () => {
    const [first, second] = brokenMs;
    const window = { fromMs: first + 2 * MINUTE, toMs: second + 3 * MINUTE };
    shop.datasource.knownTimes.add(first, first + 5 * MINUTE);
    const report = await explain(window);
    expect(report).toMatchObject({ decision: 'root-cause' });
    expect(Math.abs(report.onsetMs - second)).toBeLessThan(MINUTE);
  });
});

describe('a window that begins in a long incident that is known', { timeout: 60_000 }, () => {
  it('has only the calm before the incident as normal times', async () => {
    const shop = await ObservedShop.open();
    try {
      shop.pass(60);
      const first = shop.break(FAULT, 75);
      shop.heal(FAULT);
      shop.pass(20);
      const second = shop.break(FAULT, 3);
      const window = { fromMs: first + 73 * MINUTE, toMs: second + 3 * MINUTE };
      shop.datasource.knownTimes.add(first, first + 77 * MINUTE);
      const report = await shop.explain({ service: 'checkout', window });
      expect(report).toMatchObject({ decision: 'root-cause' });
      expect(report.hypotheses[0]?.service).toBe('orders-db');
      expect(Math.abs(report.onsetMs - second)).toBeLessThan(MINUTE);
    } finally {
      await shop.close();
    }
  });
});
