import { ExecutorUnderTest } from '../../contract/executor/executor-under-test.ts';
import type { Boundary } from '../../contract/executor/fake-world.ts';
import type { Course, LedgerAccount } from './cell.ts';
import { judge } from './judge.ts';
import type { Verdict } from './judge.ts';
import type { Subject } from './subjects.ts';
import { proposalOf } from './subjects.ts';

/** One execution in a process of the product, started as it is installed, killed twice. */
export interface ProductResult {
  readonly subject: Subject;
  readonly course: Course;
  readonly killAt: Boundary;
  readonly verdict: Verdict;
}

const PATIENCE_MS = 30_000;
/** Where the platform sees the executor: the first kill, and what the restarted process then asks. */
const KILLS: readonly (readonly [Course, Boundary, Boundary])[] = [
  ['good', 'dry-run', 'before-effect'],
  ['good', 'before-effect', 'operation'],
  ['good', 'after-effect', 'operation'],
  ['back', 'before-undo', 'read'],
  ['back', 'after-undo', 'read'],
];

/** Kills processes of the product over actions on the shop, one after the other. */
export async function killProduct(bundle: string, subjects: readonly Subject[]): Promise<readonly ProductResult[]> {
  const results: ProductResult[] = [];
  for (const subject of subjects.filter(({ kind }) => kind === 'shop')) {
    for (const [course, killAt, killAgainAt] of KILLS) {
      if (course === 'good' || subject.reversible) {
        const verdict = await killTwice(bundle, subject, course, [killAt, killAgainAt]).catch(
          (error: unknown): Verdict => ({ kind: 'wrong', faults: [String(error)] })
        );
        results.push({ subject, course, killAt, verdict });
      }
    }
  }
  return results;
}

async function killTwice(
  bundle: string,
  subject: Subject,
  course: Course,
  [killAt, killAgainAt]: readonly [Boundary, Boundary]
): Promise<Verdict> {
  const env = { CAUSEWAY_VERIFY_PASSES: '2', CAUSEWAY_VERIFY_TIMEOUT_SECONDS: course === 'back' ? '0.2' : '20' };
  const under = await ExecutorUnderTest.start(bundle, { env });
  try {
    const before = JSON.stringify(under.world.spec);
    under.world.value = course === 'good' ? '0.1' : '9';
    const onFailure = course === 'good' ? 'notify' : 'rollback';
    const plan = await under.propose({ ...proposalOf(subject.name), onFailure });
    const first = under.killAt(killAt);
    // The answer is lost with the process.
    await under.approve(plan).catch(() => undefined);
    await soon(first, killAt);
    const second = under.killAt(killAgainAt);
    await under.restart().catch(() => undefined);
    await soon(second, killAgainAt);
    await under.restart();
    const account = await untilOver(under);
    const operations = [...under.world.effects, ...under.world.undone];
    const differs = JSON.stringify(under.world.spec) !== before;
    return judge(subject, course, account, { changes: operations.length, operations, differs });
  } finally {
    await under.close();
  }
}

/** A kill that does not come is a fault of the proof. */
async function soon(kill: Promise<void>, boundary: Boundary): Promise<void> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`the boundary ${boundary} was not reached`)), PATIENCE_MS).unref();
  });
  await Promise.race([kill, late]);
}

async function untilOver(under: ExecutorUnderTest): Promise<LedgerAccount> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const newest = await under.newestExecution();
    if (newest?.status === 'finished' || newest?.status === 'needs-human' || Date.now() > deadline) {
      const { items: executions } = await under.asPerson('GET', '/v1/executions');
      const { items: audit } = await under.asPerson('GET', '/v1/audit?limit=200');
      return { executions, audit, chainHolds: (await under.asPerson('GET', '/v1/audit/verify')).ok };
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
