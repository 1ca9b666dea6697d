import type { AuditVerification } from '#contracts';
import type { Ledger } from '../store/ledger.ts';
import type { ChainPosition } from './chain.ts';
import { CHAIN_START, followChain } from './chain.ts';

const PAGE = 1000;

/** Knows whether the audit chain holds. Once broken, it stays broken until the process is started on a good ledger. */
export interface AuditGuard {
  ok(): boolean;
  brokenAt(): number | null;
  /** Reads and checks the whole chain. Cost about 10 µs per entry; other work goes on between pages. */
  verify(): Promise<AuditVerification>;
}

/**
 * Makes the guard; call `verify` once before serving. It also notices when entries at the end have disappeared, while it runs or
 * before: the ledger keeps the newest entry's number and hash a second time.
 */
export function auditGuard(ledger: Ledger): AuditGuard {
  let brokenAt: number | null = null;
  let highest: ChainPosition = CHAIN_START;
  const fail = (sequence: number): AuditVerification => {
    brokenAt ??= sequence;
    return { ok: false, entries: sequence - 1, brokenAt };
  };
  return {
    ok: () => brokenAt === null,
    brokenAt: () => brokenAt,
    async verify() {
      const head = await ledger.read.audit.head();
      let at: ChainPosition = CHAIN_START;
      for (;;) {
        const entries = await ledger.read.audit.after(at.sequence, PAGE);
        const next = followChain(at, entries);
        if ('brokenAt' in next) {
          return fail(next.brokenAt);
        }
        at = next;
        if (head && entries.some((entry) => entry.sequence === head.sequence && entry.hash !== head.hash)) {
          return fail(head.sequence);
        }
        if (entries.length < PAGE) {
          break;
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (at.sequence < Math.max(highest.sequence, head?.sequence ?? 0)) {
        return fail(at.sequence + 1);
      }
      highest = at;
      return { ok: brokenAt === null, entries: at.sequence, brokenAt };
    },
  };
}
