import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryBudgetBook } from './budget-book.ts';
import { costOf, highestCost } from './prices.ts';
import { believableUsage, estimateTokens } from './tokens.ts';

const AT = Date.UTC(2026, 2, 31, 23, 59);
const amount = (tokens: number, cost: number | null = null) => ({ tokens, cost });

describe('MemoryBudgetBook', () => {
  it('grants what is left, refuses less than is of use, and starts anew with the month', async () => {
    const book = new MemoryBudgetBook();
    const budgets = { perMonth: { tokens: 1000 } };
    const reserve = (atMs: number) =>
      book.reserve({ incident: 'a', atMs, most: amount(800), least: amount(300) }, budgets);
    expect(await reserve(AT)).toMatchObject({ kind: 'granted', granted: { tokens: 800 } });
    expect(await reserve(AT)).toEqual({ kind: 'refused', by: 'month', unit: 'tokens', limit: 1000, left: 200 });
    expect(await reserve(AT + 60_000)).toMatchObject({ kind: 'granted' });
  });

  it('counts what was set aside and never settled, also after a restart', async () => {
    const book = new MemoryBudgetBook();
    const request = { incident: 'a', atMs: AT, most: amount(800, 2), least: amount(1, 0.1) };
    await book.reserve(request, {});
    const restarted = new MemoryBudgetBook(book.current());
    expect(await restarted.reserve(request, { perIncident: { cost: 2.05 } })).toMatchObject({
      kind: 'refused',
      by: 'incident',
      unit: 'cost',
    });
  });

  it('is never exceeded by runs at the same time that keep to their grants', async () => {
    const runs = fc.array(fc.tuple(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true })), {
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(runs, async (given) => {
        const book = new MemoryBudgetBook();
        const budgets = { perMonth: { tokens: 2000 }, perIncident: { tokens: 900 } };
        const grants = [];
        for (const [at, [most, share]] of given.entries()) {
          const grant = await book.reserve(
            { incident: `i${at % 3}`, atMs: AT, most: amount(most), least: amount(1) },
            budgets
          );
          if (grant.kind === 'granted') {
            grants.push({ id: grant.id, spent: amount(Math.floor(grant.granted.tokens * share)) });
          }
          if (at % 2 === 1) {
            const done = grants.shift();
            await (done && book.settle(done.id, done.spent));
          }
          expect(book.current().get('month:2026-03')?.tokens ?? 0).toBeLessThanOrEqual(2000);
          expect(book.current().get(`incident:i${at % 3}`)?.tokens ?? 0).toBeLessThanOrEqual(900);
        }
      })
    );
  });
});

describe('costs', () => {
  const price = { inputPerMillion: 3, outputPerMillion: 15, cacheReadPerMillion: 0.3, cacheWritePerMillion: 3.75 };
  const usage = {
    inputTokens: 1000,
    outputTokens: 100,
    cacheReadTokens: 5000,
    cacheWriteTokens: 200,
    estimated: false,
  };

  it('are computed by kind of token, and unknown without a price', () => {
    expect(costOf(usage, price)).toBeCloseTo(0.003 + 0.0015 + 0.0015 + 0.00075, 12);
    expect(costOf(usage, undefined)).toBeNull();
    expect(highestCost(1000, 100, price)).toBeCloseTo(0.00375 + 0.0015, 12);
  });

  it('are estimated where the server counts nothing, too little or too much', () => {
    const text = 'x'.repeat(1200);
    expect(believableUsage({ inputTokens: 100, outputTokens: 100 }, text, text).estimated).toBe(false);
    expect(believableUsage({ inputTokens: 99, outputTokens: 100 }, text, text)).toMatchObject({
      inputTokens: estimateTokens(text),
      estimated: true,
    });
    expect(believableUsage({ inputTokens: 1e9, outputTokens: 200 }, text, text)).toMatchObject({
      inputTokens: 480,
      outputTokens: 200,
      estimated: true,
    });
    expect(believableUsage({}, text, text)).toMatchObject({ inputTokens: 480, outputTokens: 480, estimated: true });
  });
});
