import { MemoryBudgetBook } from '../budget/budget-book.ts';
import type { InvestigateOptions } from '../explain.ts';
import type { LanguageModel } from '../language-model/language-model.ts';
import { fakeValidator, FakeTools } from './fake-tools.ts';

/** 2026-03-01T10:30:00Z, a while after the onset of `makeReport`. */
export const NOW_MS = Date.UTC(2026, 2, 1, 10, 30);

/** Options with fakes and generous limits. */
export function runOptions(model: LanguageModel, changes: Partial<InvestigateOptions> = {}): InvestigateOptions {
  return {
    model,
    incident: 'inc1',
    limits: { turns: 10, toolCalls: 10, tokens: 200_000, seconds: 60 },
    budgets: {},
    book: new MemoryBudgetBook(),
    prices: {},
    now: () => NOW_MS,
    tools: new FakeTools(),
    validator: fakeValidator,
    ...changes,
  };
}

/** An answer about `makeReport` of which every sentence holds. */
export const GOOD_REPORT = {
  root_cause: [
    { text: 'The p99 latency of payment rose from 50 ms to 3.5 s.', cites: [1] },
    { text: 'The likely cause is slow queries in orders-db.', cites: [2, 1] },
  ],
  causes: [{ service: 'orders-db', confidence: 0.8, cites: [2] }],
  impact: [{ text: 'Payment and checkout are slow.', cites: [1] }],
  remediation: [{ text: 'Create an index on orders-db.', cites: [2], runbook: null }],
  confidence: 0.8,
  unknown: [
    {
      text: 'It is open when the scans of orders-db began.',
      check: 'Look at the plan of the queries of orders-db.',
      cites: [2],
    },
  ],
};
