import {
  type Amount,
  type BudgetBook,
  type BudgetGrant,
  type BudgetRefusal,
  type BudgetRequest,
  type Budgets,
} from '#llm';
import type { InvestigatorLedger } from '../executor/investigator-ledger.ts';

/**
 * Budgets in the ledger of the executor: they survive restarts and hold for all backends together. The month is that of the
 * executor's clock. What cannot be asked is thrown, and then nothing is sent to the model.
 */
export class LedgerBudgetBook implements BudgetBook {
  private readonly ledger: Pick<InvestigatorLedger, 'reserveBudget' | 'settleBudget'>;

  constructor(ledger: Pick<InvestigatorLedger, 'reserveBudget' | 'settleBudget'>) {
    this.ledger = ledger;
  }

  async reserve(request: BudgetRequest, budgets: Budgets): Promise<BudgetGrant | BudgetRefusal> {
    const { incident, most, least } = request;
    return this.ledger.reserveBudget({
      incident: incident.slice(0, 300),
      most: finite(most),
      least: finite(least),
      perIncident: budgets.perIncident ?? {},
      perMonth: budgets.perMonth ?? {},
    });
  }

  async settle(id: string, spent: Amount): Promise<void> {
    await this.ledger.settleBudget(id, finite(spent));
  }
}

/** JSON has no infinities; what is not a number counts as much as can be said. */
function finite({ tokens, cost }: Amount): Amount {
  return { tokens: bounded(tokens, 1e12), cost: cost === null ? null : bounded(cost, 1e9) };
}

function bounded(value: number, most: number): number {
  return Number.isNaN(value) ? most : Math.min(most, Math.max(0, value));
}
