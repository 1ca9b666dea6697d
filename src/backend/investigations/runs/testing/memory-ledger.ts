import type { FinishRun, RunEvent, RunRecord, StartRun } from '#contracts';
import { BackendError } from '../../../errors.ts';
import { ExecutorRefusal } from '../../../executor/executor-client.ts';
import type { RunLedger } from '../../../executor/run-ledger.ts';

/** A ledger in memory with the rules of the executor's. */
export function memoryLedger() {
  const runs = new Map<string, RunRecord>();
  const events = new Map<string, RunEvent[]>();
  const state = { down: false, appends: 0 };
  const need = (id: string): RunRecord => {
    const run = runs.get(id);
    if (state.down) {
      throw new BackendError('CAUSEWAY_EXECUTOR_UNREACHABLE', 'down');
    }
    if (!run) {
      throw new ExecutorRefusal('CAUSEWAY_EXECUTOR_NOT_FOUND', 'no run', 'look');
    }
    return run;
  };
  const put = (id: string, change: Partial<RunRecord>): RunRecord => {
    const changed = { ...need(id), ...change, revision: need(id).revision + 1 };
    runs.set(id, changed);
    return changed;
  };
  const ledger: RunLedger = {
    start: async (start: StartRun) => {
      if (state.down) {
        throw new BackendError('CAUSEWAY_EXECUTOR_UNREACHABLE', 'down');
      }
      const same = [...runs.values()].find(
        ({ fingerprint, startsAtMs, status }) =>
          fingerprint === start.fingerprint && startsAtMs === start.startsAtMs && /running|finished/.test(status)
      );
      if (!same) {
        const end = { reason: '', finishedMs: null, verdict: null, decision: null, cause: null, cost: null };
        runs.set(start.id, { ...start, ...end, status: 'running', createdMs: 1, lastSeq: 0, revision: 0 });
        events.set(start.id, []);
      }
      return same ?? need(start.id);
    },
    append: async (id, added) => {
      const run = need(id);
      state.appends += 1;
      if (run.status !== 'running') {
        throw new ExecutorRefusal('CAUSEWAY_EXECUTOR_RUN_OVER', run.status, 'stop');
      }
      const stored = events.get(id)!;
      const first = added[0]?.seq ?? stored.length + 1;
      if (first > stored.length + 1 || added.some((event) => event.seq <= stored.length)) {
        throw new ExecutorRefusal('CAUSEWAY_EXECUTOR_RUN_SEQUENCE', 'gap', 'stop');
      }
      stored.push(...added);
      return put(id, { lastSeq: stored.length }).lastSeq;
    },
    finish: async (id, { lastSeq: _lastSeq, ...end }: FinishRun) => put(id, { ...end, finishedMs: 2 }),
    find: async (id) => ({ ...need(id), feedback: [] }),
    list: async ({ status }) => {
      if (state.down) {
        throw new BackendError('CAUSEWAY_EXECUTOR_UNREACHABLE', 'down');
      }
      return { items: [...runs.values()].filter((run) => !status || run.status === status), nextCursor: null };
    },
    events: async (id, after) => {
      const found = events.get(need(id).id)!.slice(after, after + 3);
      return { run: need(id), events: found, more: after + found.length < need(id).lastSeq };
    },
  };
  return { ledger, runs, events, state, put };
}
