import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readAnchors } from '../../src/executor/audit/anchor.ts';
import { CHAIN_START, type ChainPosition, followChain } from '../../src/executor/audit/chain.ts';
import { readAuditFile } from '../../src/executor/audit/read-audit-file.ts';

export const HELP = `npm run audit:verify -- --ledger FILE [options]

  --ledger <file>    the ledger of an executor that is stopped, or a copy of it
  --head <hash>      hash that the chain must still contain, such as one that was noted down elsewhere
  --anchors <file>   signed copies of the head that the executor wrote; each must be in the chain
  --key <file>       public key of the anchors, Ed25519 in PEM
  --export           prints every entry as a line of JSON before the result
  --help             this text

Follows the hash chain from its first entry and prints one line of JSON: {"ok","entries","brokenAt","head","anchors","digest"}.
A chain that was cut short at its end still holds: compare its head with one that was noted before (--head).
Exit code 0 when the chain holds, 1 when it is broken or lacks the head, 2 for a wrong call.
`;

/** A command line that cannot be understood. */
export class AuditArgumentError extends Error {
  readonly code = 'CAUSEWAY_AUDIT_ARGUMENT';
  readonly remedy = HELP;
}

export interface AuditOptions {
  readonly ledger: string;
  readonly head: string | undefined;
  readonly anchors: { readonly file: string; readonly keyFile: string } | undefined;
  readonly isExport: boolean;
  readonly help: boolean;
}

/** @throws AuditArgumentError */
export function readOptions(argv: readonly string[]): AuditOptions {
  const { ledger = '', head, anchors, key, export: isExport, help } = parse(argv);
  if (!help && ledger === '') {
    throw new AuditArgumentError('--ledger is missing.');
  }
  if (head !== undefined && !/^[0-9a-f]{64}$/.test(head)) {
    throw new AuditArgumentError('--head: is no hash of 64 hexadecimal digits.');
  }
  if ((anchors === undefined) !== (key === undefined)) {
    throw new AuditArgumentError('--anchors and --key belong together.');
  }
  const both = anchors !== undefined && key !== undefined ? { file: anchors, keyFile: key } : undefined;
  return { ledger, head, anchors: both, isExport, help };
}

function parse(argv: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  try {
    const options = { ledger: text, head: text, anchors: text, key: text, export: flag, help: flag };
    return parseArgs({ args: [...argv], options }).values;
  } catch (cause) {
    throw new AuditArgumentError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** What became of the verification. */
export interface AuditResult {
  readonly ok: boolean;
  readonly entries: number;
  /** Sequence number at which the chain is broken. */
  readonly brokenAt: number | null;
  /** Hash of the last good entry. */
  readonly head: string;
  /** Anchors that are in the chain, and how many there are. */
  readonly anchors: { readonly held: number; readonly stated: number };
  /** Of everything that was read, for a receipt. */
  readonly digest: string;
}

/**
 * Follows the chain of a ledger.
 * @param print  takes every entry as a line of JSON, when they are wanted
 * @throws Error when the file is missing, in use, or no ledger
 */
export function verifyAudit({ ledger, head, anchors }: AuditOptions, print?: (line: string) => void): AuditResult {
  const digest = createHash('sha256');
  let at: ChainPosition = CHAIN_START;
  let brokenAt: number | null = null;
  let entries = 0;
  let isHeadSeen = head === undefined;
  const stated = anchors ? readAnchors(readFileSync(anchors.file, 'utf8'), publicKey(anchors.keyFile)) : [];
  let held = 0;
  for (const page of readAuditFile(ledger)) {
    for (const entry of page) {
      const line = JSON.stringify(entry);
      digest.update(`${line}\n`);
      print?.(line);
      entries += 1;
      isHeadSeen ||= brokenAt === null && entry.hash === head;
      held += stated.filter(({ sequence, hash }) => sequence === entry.sequence && hash === entry.hash).length;
    }
    const next: ChainPosition | { readonly brokenAt: number } =
      brokenAt === null ? followChain(at, page) : { brokenAt };
    if ('hash' in next) {
      at = next;
    } else {
      brokenAt = next.brokenAt;
    }
  }
  const ok = brokenAt === null && isHeadSeen && held === stated.length;
  const counts = { held, stated: stated.length };
  return { ok, entries, brokenAt, head: at.hash, anchors: counts, digest: digest.digest('hex') };
}

function publicKey(file: string): KeyObject {
  try {
    return createPublicKey(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new AuditArgumentError('--key: names no file with a public key in PEM.', { cause });
  }
}
