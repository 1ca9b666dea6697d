import type { AuditEntry, ExecutionRecord, JsonObject } from '#contracts';

/** `good`: the action helps. `back`: it does not, and what was done is taken back where there is a way back. */
export type Course = 'good' | 'back';

/**
 * A mistake that is made on purpose, to see that the comparison finds it. `resends`: after a crash it sends anew, with a new id,
 * on whatever the target is by then. `eager`: it sends before an intent is stored. `trusting`: after a crash it believes that
 * what it meant to send was sent.
 */
export type Flaw = 'resends' | 'eager' | 'trusting';

/** Where the effects of a cell happen; it outlives the process that is killed. */
export type WorldAddress =
  | { readonly kind: 'shop'; readonly url: string }
  | {
      readonly kind: 'own';
      readonly action: string;
      readonly input: JsonObject;
      /** Files of endpoints and scripts. */
      readonly endpoints?: string;
      readonly scripts?: string;
    }
  | { readonly kind: 'cluster'; readonly kubeconfig: string; readonly action: string; readonly input: JsonObject };

/** One executor with a ledger and a world of its own, of the many in a process that is killed. */
export interface CellOrder {
  readonly id: string;
  readonly ledger: string;
  readonly subject: string;
  readonly course: Course;
  readonly world: WorldAddress;
  readonly flaw?: Flaw | undefined;
  /** Stands still at this boundary until the process is killed. */
  readonly stopAt?: string | undefined;
  /** Stands still at the boundary with this number, counted from 1 after the start. */
  readonly stopAfter?: number | undefined;
}

/** What a ledger says at the end. */
export interface LedgerAccount {
  readonly executions: readonly ExecutionRecord[];
  readonly audit: readonly AuditEntry[];
  readonly chainHolds: boolean;
}

/** What the process writes, one JSON line each. */
export type CellReport =
  | { readonly cell: string; readonly event: 'stopped'; readonly at: string }
  | {
      readonly cell: string;
      readonly event: 'done';
      readonly account: LedgerAccount;
      readonly points: readonly string[];
    }
  | { readonly cell: string; readonly event: 'failed'; readonly message: string };
