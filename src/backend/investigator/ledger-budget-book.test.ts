import { expect, it } from 'vitest';
import type { ReserveBudget } from '#contracts';
import { BackendError } from '../errors.ts';
import { LedgerBudgetBook } from './ledger-budget-book.ts';

const request = {
  incident: 'i'.repeat(400),
  atMs: 1,
  most: { tokens: 9, cost: Infinity },
  least: { tokens: 1, cost: null },
};

it('asks the ledger with what JSON can hold, and settles there', async () => {
  const asked: ReserveBudget[] = [];
  const settled: unknown[] = [];
  const book = new LedgerBudgetBook({
    reserveBudget: async (given) => {
      asked.push(given);
      return { kind: 'granted', id: 'R', granted: given.most };
    },
    settleBudget: async (...given) => void settled.push(given),
  });
  const grant = await book.reserve(request, { perMonth: { tokens: 5 } });
  expect(grant).toEqual({ kind: 'granted', id: 'R', granted: { tokens: 9, cost: 1e9 } });
  expect(asked[0]).toMatchObject({ perIncident: {}, perMonth: { tokens: 5 } });
  expect(asked[0]?.incident).toHaveLength(300);
  await book.settle('R', { tokens: Number.NaN, cost: null });
  expect(settled).toEqual([['R', { tokens: 1e12, cost: null }]]);
});

it('throws when the ledger is away, so that nothing is sent', async () => {
  const down = () => Promise.reject(new BackendError('CAUSEWAY_EXECUTOR_UNREACHABLE', 'down'));
  const book = new LedgerBudgetBook({ reserveBudget: down, settleBudget: down });
  await expect(book.reserve(request, {})).rejects.toThrow('down');
});
