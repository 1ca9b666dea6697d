import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '#contracts';
import { CHAIN_START, followChain, GENESIS_HASH, hashEntry } from './chain.ts';

function chain(length: number): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (let sequence = 1; sequence <= length; sequence += 1) {
    const previousHash = entries.at(-1)?.hash ?? GENESIS_HASH;
    const entry = { sequence, atMs: sequence, actor: 'a', event: 'e', subject: 's', details: { n: sequence } };
    entries.push({ ...entry, previousHash, hash: hashEntry(previousHash, entry) });
  }
  return entries;
}

describe('the chain', () => {
  it('has a hash that anybody can compute again', () => {
    const entry = { sequence: 1, atMs: 5, actor: 'a', event: 'e', subject: 's', details: {} };
    // printf '%064d{"actor":"a","atMs":5,"details":{},"event":"e","sequence":1,"subject":"s"}' 0 | sha256sum
    expect(hashEntry(GENESIS_HASH, entry)).toBe('b78daa6374d16d51c78d4bc2dacbf82f10b6d0480344eb81d588070329ac140f');
  });

  it('holds over any split into pages', () => {
    const entries = chain(20);
    fc.assert(
      fc.property(fc.nat(20), (cut) => {
        const middle = followChain(CHAIN_START, entries.slice(0, cut));
        expect(followChain(middle as typeof CHAIN_START, entries.slice(cut))).toEqual({
          sequence: 20,
          hash: entries[19]?.hash,
        });
      })
    );
  });

  it.each([
    ['a changed detail', (entries: AuditEntry[]) => (entries[6] = { ...entries[6]!, details: { n: 99 } }), 7],
    ['a changed time', (entries: AuditEntry[]) => (entries[0] = { ...entries[0]!, atMs: 99 }), 1],
    ['a removed entry', (entries: AuditEntry[]) => entries.splice(4, 1), 5],
    ['swapped entries', (entries: AuditEntry[]) => entries.splice(2, 2, entries[3]!, entries[2]!), 3],
    [
      'an entry hashed again after a change',
      (entries: AuditEntry[]) => {
        const forged = { ...entries[6]!, actor: 'mallory' };
        entries[6] = { ...forged, hash: hashEntry(forged.previousHash, forged) };
      },
      8,
    ],
  ])('breaks at %s', (_, tamper, brokenAt) => {
    const entries = chain(10);
    tamper(entries);
    expect(followChain(CHAIN_START, entries)).toEqual({ brokenAt });
  });
});
