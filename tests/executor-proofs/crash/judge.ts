import type { Course, LedgerAccount } from './cell.ts';
import type { Subject } from './subjects.ts';
import type { WorldAccount } from './worlds.ts';

/** What the comparison of ledger and world found. */
export interface Verdict {
  readonly kind: 'exact' | 'lost' | 'doubled' | 'wrong';
  /** Everything that is not as it has to be; empty when exact. */
  readonly faults: readonly string[];
}

/**
 * Compares what the ledger says with what happened. Lost: something that the plan or the ledger says was not done. Doubled:
 * something was done that the ledger does not know, or was done twice.
 */
export function judge(subject: Subject, course: Course, ledger: LedgerAccount, world: WorldAccount): Verdict {
  const entries = (event: string) => ledger.audit.filter((entry) => entry.event === event);
  const done = entries('action.result').length;
  const undone = entries('undo.result').length;
  const way = expected(subject, course, ledger, world);
  const known = way.changes ?? done * subject.changes + undone * subject.changesBack;
  const stands = way.undone === 0 || subject.changesBack === 0;
  const faults = [
    ...differs('changes of the world', world.changes, known),
    ...differs('executions', ledger.executions.length, 1),
    ...differs('outcome', outcomeOf(ledger), way.outcome),
    ...differs('intents', entries('action.intent').length, 1),
    ...differs('results', done, way.done),
    ...differs('intents to take back', entries('undo.intent').length, way.undone),
    ...differs('results of taking back', undone, way.undone),
    ...differs('state differs from the one before', world.differs, known > 0 && stands),
    ...differs('chain holds', ledger.chainHolds, true),
    ...marks(subject, ledger, world),
  ];
  if (world.changes > known) {
    return { kind: 'doubled', faults };
  }
  if (world.changes < known || world.changes < way.done * subject.changes + way.undone * subject.changesBack) {
    return { kind: 'lost', faults };
  }
  return { kind: faults.length === 0 ? 'exact' : 'wrong', faults };
}

interface Way {
  readonly outcome: string;
  readonly done: number;
  readonly undone: number;
  /** Where nobody can know how many: as many as there are, but never more than once. */
  readonly changes?: number;
}

function expected(subject: Subject, course: Course, ledger: LedgerAccount, world: WorldAccount): Way {
  const results = ledger.audit.filter(({ event }) => event === 'action.result').length;
  if (subject.asks === true && results === 0) {
    return { outcome: 'needs-human', done: 0, undone: 0, changes: Math.min(1, world.changes) };
  }
  if (course === 'good') {
    return { outcome: 'recovered', done: 1, undone: 0 };
  }
  return subject.reversible
    ? { outcome: 'rolled-back', done: 1, undone: 1 }
    : { outcome: 'needs-human', done: 1, undone: 0 };
}

function outcomeOf({ executions: [execution] }: LedgerAccount): string {
  return execution?.outcome ?? execution?.status ?? 'none';
}

/** Whether the world names the operations that the ledger names. */
function marks({ changes, changesBack }: Subject, { audit }: LedgerAccount, world: WorldAccount): readonly string[] {
  const idOf = (event: string, field: string) => {
    const value = audit.find((entry) => entry.event === event)?.details[field];
    return typeof value === 'string' ? [value] : [];
  };
  const back = changesBack > 0 ? idOf('undo.intent', 'undoOperationId') : [];
  const ids = [...idOf('action.result', 'operationId'), ...back];
  return [
    ...(world.operations && changes > 0 ? differs('operations', world.operations.join(), ids.join()) : []),
    ...(world.mark === undefined ? [] : differs('mark', world.mark, ids.at(-1))),
  ];
}

function differs(what: string, found: unknown, wanted: unknown): readonly string[] {
  return found === wanted ? [] : [`${what}: ${String(found)} instead of ${String(wanted)}`];
}
