import { type BudgetBook, MemoryBudgetBook } from '#llm';
import type { Datasource } from '../datasource/datasource.ts';
import { createInvestigatorLedger, type InvestigatorLedger } from '../executor/investigator-ledger.ts';
import { LedgerBudgetBook } from './ledger-budget-book.ts';

type Connected = Pick<Datasource, 'settings' | 'secrets'>;

/** Totals since this process began, for those who have no executor. */
const MEMORY = new MemoryBudgetBook();

/** What the executor of a datasource keeps for the investigator; undefined without an executor. */
export function ledgerOf({ settings, secrets }: Connected): InvestigatorLedger | undefined {
  const { executor } = settings;
  const { executorSigningKey, executorCa } = secrets;
  return executor && executorSigningKey
    ? createInvestigatorLedger({
        url: executor.url,
        signingKeyPem: executorSigningKey,
        timeoutSeconds: executor.timeoutSeconds,
        ...(executorCa ? { caPem: executorCa } : {}),
      })
    : undefined;
}

/** Where budgets are counted: in the ledger where there is one, else in memory. */
export function budgetBookOf(datasource: Connected): BudgetBook {
  const ledger = ledgerOf(datasource);
  return ledger ? new LedgerBudgetBook(ledger) : MEMORY;
}

/** What is counted in memory for an incident and for a month. */
export function usedInMemory(incident: string, atMs: number) {
  const totals = MEMORY.current();
  const none = { tokens: 0, cost: 0 };
  const month = new Date(atMs).toISOString().slice(0, 7);
  return {
    usedInMonth: totals.get(`month:${month}`) ?? none,
    usedForIncident: totals.get(`incident:${incident}`) ?? none,
  };
}
