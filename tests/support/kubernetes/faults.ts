/**
 * A fault of the server or of the network. `reset-before` breaks the connection before anything happens, `reset-after` once
 * the change is committed; `hang` never answers, `hang-after` does so with the change committed.
 */
export type Fault =
  | {
      readonly kind: 'status';
      readonly code: 429 | 500 | 502 | 503 | 504 | 401 | 403;
      readonly retryAfterSeconds?: number;
      /** Commits first. */ readonly after?: boolean;
    }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'reset-before' | 'reset-after' | 'hang' | 'hang-after' }
  | { readonly kind: 'slow-body'; readonly milliseconds: number }
  | { readonly kind: 'endless-body' };

/** Which calls a fault hits. */
export interface FaultPlan {
  readonly fault: Fault;
  /** Calls to hit; 1 when missing. */
  readonly times?: number;
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Of the path. */
  readonly path?: RegExp;
}

/** Faults in the order in which they were planned; each is used up. */
export class Faults {
  private readonly plans: { readonly plan: FaultPlan; left: number }[] = [];

  plan(plan: FaultPlan): void {
    this.plans.push({ plan, left: plan.times ?? 1 });
  }

  clear(): void {
    this.plans.length = 0;
  }

  /** Plans a fault again that was taken and could not strike, because the call was refused. */
  giveBack(fault: Fault): void {
    const found = this.plans.find(({ plan }) => plan.fault === fault);
    if (found) {
      found.left += 1;
    }
  }

  /** The fault for a call, if one is planned. */
  take(method: string, path: string): Fault | undefined {
    const found = this.plans.find(
      ({ plan, left }) =>
        left > 0 &&
        (plan.method === undefined || plan.method === method) &&
        (plan.path === undefined || plan.path.test(path))
    );
    if (found) {
      found.left -= 1;
    }
    return found?.plan.fault;
  }
}
