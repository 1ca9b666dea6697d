import type { AuditVerification } from '#contracts';
import type { EpochMs } from '#model';
import type { Ledger } from '../store/ledger.ts';
import type { AnchorFile } from './anchor.ts';
import type { ChainPosition } from './chain.ts';
import { CHAIN_START, followChain } from './chain.ts';

const PAGE = 1000;

/** Knows whether the audit chain holds. Once broken, it stays broken until the process is started on a good ledger. */
export interface AuditGuard {
  ok(): boolean;
  brokenAt(): number | null;
  /** Reads and checks the whole chain. Cost about 10 µs per entry; other work goes on between pages. */
  verify(): Promise<AuditVerification>;
  /** Writes down where the chain stands, when it has grown since. Nothing without anchors, or while the chain is broken. */
  anchor(atMs: EpochMs): Promise<void>;
}

/**
 * Makes the guard; call `verify` once before serving. It also notices when entries at the end have disappeared, while it runs or
 * before: the ledger keeps the newest entry's number and hash a second time, and anchors outside of it say what was there.
 *
 * @param anchors  where it is written down outside of the ledger how the chain was; nowhere when missing
 */
export function auditGuard(ledger: Ledger, anchors?: AnchorFile): AuditGuard {
  let brokenAt: number | null = null;
  let highest: ChainPosition = CHAIN_START;
  let anchored = 0;
  const fail = (sequence: number): AuditVerification => {
    brokenAt ??= sequence;
    return { ok: false, entries: sequence - 1, brokenAt };
  };
  return {
    ok: () => brokenAt === null,
    brokenAt: () => brokenAt,
    async verify() {
      const head = await ledger.read.audit.head();
      const stated = new Map(anchors?.read().map(({ sequence, hash }) => [sequence, hash]));
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
        const forged = entries.find(({ sequence, hash }) => (stated.get(sequence) ?? hash) !== hash);
        if (forged) {
          return fail(forged.sequence);
        }
        if (entries.length < PAGE) {
          break;
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (at.sequence < Math.max(highest.sequence, head?.sequence ?? 0, ...stated.keys())) {
        return fail(at.sequence + 1);
      }
      highest = at;
      anchored = Math.max(anchored, ...stated.keys());
      return { ok: brokenAt === null, entries: at.sequence, brokenAt };
    },
    async anchor(atMs) {
      const last = anchors && brokenAt === null ? await ledger.read.audit.last() : null;
      if (last && last.sequence > anchored) {
        anchors?.append(last, atMs);
        anchored = last.sequence;
      }
    },
  };
}
