import type { Flaw } from './cell.ts';
import { runCampaign } from './campaign.ts';
import type { ProductResult } from './product.ts';
import type { TrialResult } from './prove.ts';
import type { Verdict } from './judge.ts';
import type { AnySubject } from './subjects.ts';

/** Counts of verdicts. */
export interface Tally {
  readonly points: number;
  readonly exact: number;
  readonly lost: number;
  readonly doubled: number;
  /** Neither: another outcome or another entry in the ledger than there has to be. */
  readonly wrong: number;
}

/** The answer of the proof. */
export interface CrashReport extends Tally {
  readonly schema: 'causeway.test-crash/1';
  /** `red`: every mistake made on purpose was found. */
  readonly negativeControl: 'red' | 'green';
  /** Executions that were killed again while they recovered. */
  readonly killedAgain: number;
  /** Boundaries that were seen before and were not reached this time. They are no points. */
  readonly notReached: number;
  /** Executions without a kill, for comparison. */
  readonly undisturbed: Tally;
  /** How the killed processes were started. */
  readonly processes: {
    /** Process of the product, one execution in each. */
    readonly product: Tally;
    /** Test process with many executors, each with its own ledger and world, all at their boundary when it is killed. */
    readonly shared: Tally;
  };
  readonly controls: readonly (Tally & { readonly mistake: Flaw; readonly found: boolean })[];
  readonly actions: readonly (Tally & { readonly action: string; readonly course: string })[];
  readonly failures: readonly string[];
  readonly seconds: number;
}

/** What a mistake must lead to. */
const MISTAKES: Readonly<Record<Flaw, 'lost' | 'doubled'>> = { resends: 'doubled', eager: 'doubled', trusting: 'lost' };
const AROUND_THE_EFFECT = /effect|action\.(intent|result)|PATCH deployments/;
const MAX_FAILURES = 20;

/** Makes every mistake on purpose and looks whether the comparison finds it. */
export async function runControls(file: string, subjects: readonly AnySubject[]): Promise<CrashReport['controls']> {
  const controls: CrashReport['controls'][number][] = [];
  for (const [mistake, fault] of Object.entries(MISTAKES) as [Flaw, 'lost' | 'doubled'][]) {
    const campaign = { subjects, every: 1, flaw: mistake, boundaries: AROUND_THE_EFFECT };
    const { killed } = await runCampaign(file, campaign);
    const tally = count(killed.map(({ verdict }) => verdict));
    controls.push({ mistake, ...tally, found: tally[fault] > 0 });
  }
  return controls;
}

/** Everything that was found, as one answer. */
export function toReport(
  { undisturbed, killed }: { undisturbed: readonly TrialResult[]; killed: readonly TrialResult[] },
  product: readonly ProductResult[],
  controls: CrashReport['controls'],
  seconds: number
): CrashReport {
  const reached = killed.filter((trial) => trial.killed);
  const all = [...reached, ...product];
  const keys = [...new Set(all.map(keyOf))];
  const failures = [...undisturbed, ...all]
    .filter(({ verdict }) => verdict.kind !== 'exact')
    .map((one) => `${keyOf(one)}, ${describe(one)}: ${one.verdict.kind}: ${one.verdict.faults.join('; ')}`);
  return {
    schema: 'causeway.test-crash/1',
    ...count(all.map(({ verdict }) => verdict)),
    negativeControl: controls.length > 0 && controls.every(({ found }) => found) ? 'red' : 'green',
    killedAgain: reached.filter(({ killedAgainAt }) => killedAgainAt !== undefined).length + product.length,
    notReached: killed.length - reached.length,
    undisturbed: count(undisturbed.map(({ verdict }) => verdict)),
    processes: {
      product: count(product.map(({ verdict }) => verdict)),
      shared: count(reached.map(({ verdict }) => verdict)),
    },
    controls,
    actions: keys.map((key) => {
      const [action = '', course = ''] = key.split(': ');
      return { action, course, ...count(all.filter((one) => keyOf(one) === key).map(({ verdict }) => verdict)) };
    }),
    failures: failures.slice(0, MAX_FAILURES),
    seconds,
  };
}

/** Whether the proof holds. */
export function holds({ points, exact, lost, doubled, negativeControl, undisturbed, failures }: CrashReport): boolean {
  const complete = points > 0 && exact === points && undisturbed.exact === undisturbed.points;
  return complete && lost === 0 && doubled === 0 && negativeControl === 'red' && failures.length === 0;
}

function keyOf({ subject, course }: TrialResult | ProductResult): string {
  return `${subject.name}: ${course}`;
}

function describe(one: TrialResult | ProductResult): string {
  const again = 'killedAgainAt' in one && one.killedAgainAt !== undefined ? `, again at ${one.killedAgainAt}` : '';
  return one.killAt === undefined ? 'not killed' : `killed at ${one.killAt}${again}`;
}

function count(verdicts: readonly Verdict[]): Tally {
  const of = (kind: Verdict['kind']) => verdicts.filter((one) => one.kind === kind).length;
  return { points: verdicts.length, exact: of('exact'), lost: of('lost'), doubled: of('doubled'), wrong: of('wrong') };
}
