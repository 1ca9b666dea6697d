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
  const backwards = subject.changes === 0 ? 0 : 1;
  const known = done * subject.changes + undone * backwards;
  const way = expected(subject, course);
  const faults = [
    ...differs('changes of the platform', world.changes, known),
    ...differs('executions', ledger.executions.length, 1),
    ...differs('outcome', outcomeOf(ledger), way.outcome),
    ...differs('intents', entries('action.intent').length, 1),
    ...differs('results', done, 1),
    ...differs('intents to take back', entries('undo.intent').length, way.undone),
    ...differs('results of taking back', undone, way.undone),
    ...differs('state differs from the one before', world.differs, way.undone === 0 && subject.changes > 0),
    ...differs('chain holds', ledger.chainHolds, true),
    ...marks(subject, ledger, world),
  ];
  if (world.changes > known) {
    return { kind: 'doubled', faults };
  }
  if (world.changes < known || world.changes < way.undone * backwards + subject.changes) {
    return { kind: 'lost', faults };
  }
  return { kind: faults.length === 0 ? 'exact' : 'wrong', faults };
}

function expected({ reversible }: Subject, course: Course): { outcome: string; undone: number } {
  if (course === 'good') {
    return { outcome: 'recovered', undone: 0 };
  }
  return reversible ? { outcome: 'rolled-back', undone: 1 } : { outcome: 'needs-human', undone: 0 };
}

function outcomeOf({ executions: [execution] }: LedgerAccount): string {
  return execution?.outcome ?? execution?.status ?? 'none';
}

/** Whether the world names the operations that the ledger names. */
function marks({ changes }: Subject, { audit }: LedgerAccount, world: WorldAccount): readonly string[] {
  const idOf = (event: string, field: string) => {
    const value = audit.find((entry) => entry.event === event)?.details[field];
    return typeof value === 'string' ? [value] : [];
  };
  const ids = [...idOf('action.result', 'operationId'), ...idOf('undo.intent', 'undoOperationId')];
  return [
    ...(world.operations && changes > 0 ? differs('operations', world.operations.join(), ids.join()) : []),
    ...(world.mark === undefined ? [] : differs('mark', world.mark, ids.at(-1))),
  ];
}

function differs(what: string, found: unknown, wanted: unknown): readonly string[] {
  return found === wanted ? [] : [`${what}: ${String(found)} instead of ${String(wanted)}`];
}
