/** Tokens and money; the money is null where no price is known. */
export interface Amount {
  readonly tokens: number;
  readonly cost: number | null;
}

/** Most that may be spent; what is missing is not limited. */
export interface BudgetLimit {
  readonly tokens?: number | undefined;
  readonly cost?: number | undefined;
}

/** The budgets of the settings. */
export interface Budgets {
  readonly perIncident?: BudgetLimit | undefined;
  readonly perMonth?: BudgetLimit | undefined;
}

/** What a run wants to set aside before it begins. */
export interface BudgetRequest {
  /** Incident, or the question's own id. */
  readonly incident: string;
  readonly atMs: number;
  /** As much as the run may use. */
  readonly most: Amount;
  /** With less it is of no use. */
  readonly least: Amount;
}

/** Why a run may not begin. */
export interface BudgetRefusal {
  readonly kind: 'refused';
  readonly by: 'incident' | 'month';
  readonly unit: 'tokens' | 'cost';
  readonly limit: number;
  readonly left: number;
}

/** What was set aside. */
export interface BudgetGrant {
  readonly kind: 'granted';
  readonly id: string;
  readonly granted: Amount;
}

/**
 * The stored totals. What a run may spend at most is set aside before it begins, in one step, so that runs at the same time
 * cannot exceed a budget together; afterwards the rest is given back. What was set aside and never settled counts as spent.
 */
export interface BudgetBook {
  reserve(request: BudgetRequest, budgets: Budgets): Promise<BudgetGrant | BudgetRefusal>;
  settle(id: string, spent: Amount): Promise<void>;
}

/** Totals by name: `incident:<id>` and `month:<yyyy-mm>`, in UTC. */
export type BudgetTotals = ReadonlyMap<string, Amount>;

const MAX_INCIDENTS = 1000;

/** A budget book in memory, from totals that were stored. */
export class MemoryBudgetBook implements BudgetBook {
  private readonly totals: Map<string, Amount>;
  private readonly open = new Map<string, { readonly keys: readonly string[]; readonly granted: Amount }>();
  private last = 0;

  constructor(totals: BudgetTotals = new Map()) {
    this.totals = new Map(totals);
  }

  async reserve(request: BudgetRequest, budgets: Budgets): Promise<BudgetGrant | BudgetRefusal> {
    const scopes = [
      { by: 'incident' as const, key: `incident:${request.incident}`, limit: budgets.perIncident },
      { by: 'month' as const, key: `month:${monthOf(request.atMs)}`, limit: budgets.perMonth },
    ];
    let granted = request.most;
    for (const { by, key, limit } of scopes) {
      const left = remaining(this.totals.get(key), limit);
      const refusal = refuse(request.least, left, limit);
      if (refusal) {
        return { kind: 'refused', by, ...refusal };
      }
      granted = smaller(granted, left);
    }
    this.last += 1;
    const id = String(this.last);
    const keys = scopes.map(({ key }) => key);
    this.open.set(id, { keys, granted });
    this.add(keys, granted, 1);
    this.forget();
    return { kind: 'granted', id, granted };
  }

  async settle(id: string, spent: Amount): Promise<void> {
    const reserved = this.open.get(id);
    if (reserved) {
      this.open.delete(id);
      this.add(reserved.keys, reserved.granted, -1);
      this.add(reserved.keys, spent, 1);
    }
  }

  /** For storing. Incidents beyond the newest 1,000 are forgotten. */
  current(): BudgetTotals {
    return this.totals;
  }

  private forget(): void {
    const incidents = [...this.totals.keys()].filter((key) => key.startsWith('incident:'));
    incidents.slice(0, -MAX_INCIDENTS).forEach((key) => this.totals.delete(key));
  }

  private add(keys: readonly string[], { tokens, cost }: Amount, sign: 1 | -1): void {
    for (const key of keys) {
      const before = this.totals.get(key) ?? { tokens: 0, cost: 0 };
      this.totals.set(key, {
        tokens: before.tokens + sign * tokens,
        cost: (before.cost ?? 0) + sign * (cost ?? 0),
      });
    }
  }
}

interface Left {
  readonly tokens: number;
  readonly cost: number;
}

function remaining(total: Amount | undefined, limit: BudgetLimit | undefined): Left {
  return {
    tokens: (limit?.tokens ?? Infinity) - (total?.tokens ?? 0),
    cost: (limit?.cost ?? Infinity) - (total?.cost ?? 0),
  };
}

function refuse(least: Amount, left: Left, limit: BudgetLimit | undefined) {
  if (least.tokens > left.tokens) {
    return { unit: 'tokens' as const, limit: limit?.tokens ?? 0, left: Math.max(0, left.tokens) };
  }
  if (least.cost !== null && least.cost > left.cost) {
    return { unit: 'cost' as const, limit: limit?.cost ?? 0, left: Math.max(0, left.cost) };
  }
  return undefined;
}

function smaller(amount: Amount, left: Left): Amount {
  return {
    tokens: Math.min(amount.tokens, left.tokens),
    cost: amount.cost === null ? null : Math.min(amount.cost, left.cost),
  };
}

function monthOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 7);
}
