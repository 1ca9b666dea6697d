import type { AuditEntry } from '#contracts';
import type { EpochMs } from '#model';

/** What happened, to what, by whom. `details` holds ids, digests and numbers, never secrets. */
export interface NewAuditEntry {
  readonly atMs: EpochMs;
  readonly actor: string;
  readonly event: string;
  readonly subject: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The append-only, hash-chained record. There is no way to change or remove an entry. */
export interface AuditStore {
  /** Adds the next entry of the chain; call it in the transaction of what it records. */
  append(entry: NewAuditEntry): Promise<AuditEntry>;
  /** Entries with a sequence above `afterSequence`, oldest first. */
  after(afterSequence: number, limit: number): Promise<readonly AuditEntry[]>;
  last(): Promise<AuditEntry | null>;
  /** Where the chain ended when it was last written, kept apart from it; null in ledgers of older versions. */
  head(): Promise<Pick<AuditEntry, 'sequence' | 'hash'> | null>;
}
