import type { AuditEntry } from '#contracts';
import { canonicalJson, sha256Hex } from '../canonical-json.ts';

/** Hash that precedes the first entry. */
export const GENESIS_HASH = '0'.repeat(64);

/** Hash of an entry: `SHA-256(previousHash || canonicalJson(entry without hashes))`, hex. */
export function hashEntry(previousHash: string, entry: Omit<AuditEntry, 'previousHash' | 'hash'>): string {
  const { sequence, atMs, actor, event, subject, details } = entry;
  return sha256Hex(previousHash + canonicalJson({ sequence, atMs, actor, event, subject, details }));
}

/** Where a chain stands: the last sequence seen and its hash. */
export interface ChainPosition {
  readonly sequence: number;
  readonly hash: string;
}

/** Before the first entry. */
export const CHAIN_START: ChainPosition = { sequence: 0, hash: GENESIS_HASH };

/**
 * Follows the chain over the next entries: no gap in the sequence, each hash the right one.
 * @returns the new position, or the sequence number at which the chain is broken
 */
export function followChain(
  from: ChainPosition,
  entries: readonly AuditEntry[]
): ChainPosition | { readonly brokenAt: number } {
  let at = from;
  for (const entry of entries) {
    const expected = at.sequence + 1;
    const linked = entry.sequence === expected && entry.previousHash === at.hash;
    if (!linked || hashEntry(entry.previousHash, entry) !== entry.hash) {
      return { brokenAt: expected };
    }
    at = { sequence: entry.sequence, hash: entry.hash };
  }
  return at;
}
