import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { CHAIN_START, type ChainPosition, followChain } from '../../src/executor/audit/chain.ts';
import { readAuditFile } from '../../src/executor/audit/read-audit-file.ts';

export const HELP = `npm run audit:verify -- --ledger FILE [options]

  --ledger <file>    the ledger of an executor that is stopped, or a copy of it
  --head <hash>      hash that the chain must still contain, such as one that was noted down elsewhere
  --export           prints every entry as a line of JSON before the result
  --help             this text

Follows the hash chain from its first entry and prints one line of JSON: {"ok","entries","brokenAt","head","digest"}.
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
  readonly isExport: boolean;
  readonly help: boolean;
}

/** @throws AuditArgumentError */
export function readOptions(argv: readonly string[]): AuditOptions {
  const { ledger = '', head, export: isExport, help } = parse(argv);
  if (!help && ledger === '') {
    throw new AuditArgumentError('--ledger is missing.');
  }
  if (head !== undefined && !/^[0-9a-f]{64}$/.test(head)) {
    throw new AuditArgumentError('--head: is no hash of 64 hexadecimal digits.');
  }
  return { ledger, head, isExport, help };
}

function parse(argv: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args: [...argv], options: { ledger: text, head: text, export: flag, help: flag } }).values;
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
  /** Of everything that was read, for a receipt. */
  readonly digest: string;
}

/**
 * Follows the chain of a ledger.
 * @param print  takes every entry as a line of JSON, when they are wanted
 * @throws Error when the file is missing, in use, or no ledger
 */
export function verifyAudit({ ledger, head }: AuditOptions, print?: (line: string) => void): AuditResult {
  const digest = createHash('sha256');
  let at: ChainPosition = CHAIN_START;
  let brokenAt: number | null = null;
  let entries = 0;
  let isHeadSeen = head === undefined;
  for (const page of readAuditFile(ledger)) {
    for (const entry of page) {
      const line = JSON.stringify(entry);
      digest.update(`${line}\n`);
      print?.(line);
      entries += 1;
      isHeadSeen ||= brokenAt === null && entry.hash === head;
    }
    const next: ChainPosition | { readonly brokenAt: number } =
      brokenAt === null ? followChain(at, page) : { brokenAt };
    if ('hash' in next) {
      at = next;
    } else {
      brokenAt = next.brokenAt;
    }
  }
  return { ok: brokenAt === null && isHeadSeen, entries, brokenAt, head: at.hash, digest: digest.digest('hex') };
}
