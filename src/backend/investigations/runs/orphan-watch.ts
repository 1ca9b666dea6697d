import type { RunEvent, RunRecord } from '#contracts';
import type { EpochMs } from '#model';
import type { RunLedger } from '../../executor/run-ledger.ts';
import { LiveRun } from './live-run.ts';

/** A backend touches its runs every few seconds; one that stands still for so long is worked on by nobody. */
const ORPHAN_MS = 20_000;
/** A run that ends the backend each time must not be tried for ever. */
const MAX_CONTINUED = 2;
const CONTINUED = 'Continued after a restart of the backend; everything is read again.';
const CALL_MS = 10_000;

/** Finds runs that their backend left behind, in real time. */
export class OrphanWatch {
  private readonly afterMs: number;
  private readonly seen = new Map<string, { readonly revision: number; readonly sinceMs: number }>();

  constructor(afterMs = ORPHAN_MS) {
    this.afterMs = afterMs;
  }

  clear(): void {
    this.seen.clear();
  }

  /** Those of the running runs of other backends that have not changed for long. */
  find(running: readonly RunRecord[]): readonly RunRecord[] {
    const now = performance.now();
    const ids = new Set(running.map(({ id }) => id));
    [...this.seen.keys()].filter((id) => !ids.has(id)).forEach((id) => this.seen.delete(id));
    return running.filter(({ id, revision }) => {
      const known = this.seen.get(id);
      if (known?.revision !== revision) {
        this.seen.set(id, { revision, sinceMs: now });
        return false;
      }
      return now - known.sinceMs >= this.afterMs;
    });
  }

  /** The run with the events it has, to go on from; over where it was continued too often. */
  async adopt(
    ledger: RunLedger,
    record: RunRecord,
    now: () => EpochMs
  ): Promise<{ readonly run: LiveRun; readonly stored: number }> {
    this.seen.delete(record.id);
    const events: RunEvent[] = [];
    for (let more = true; more;) {
      const page = await ledger.events(record.id, events.length, AbortSignal.timeout(CALL_MS));
      events.push(...page.events);
      more = page.more && page.events.length > 0;
    }
    const run = new LiveRun(record, now, events);
    const stored = events.length;
    const before = events.filter((event) => event.type === 'note' && event.text === CONTINUED).length;
    if (before >= MAX_CONTINUED) {
      const reason = `The backend stopped ${before + 1} times while it ran.`;
      run.emit({ type: 'note', level: 'warning', text: reason });
      run.end({ status: 'failed', reason, verdict: null, decision: null, cause: null });
    } else {
      run.emit({ type: 'note', level: 'info', text: CONTINUED });
    }
    return { run, stored };
  }
}
