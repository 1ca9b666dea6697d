import type { Course, Flaw } from './cell.ts';
import type { Trial, TrialResult } from './prove.ts';
import { runTrials } from './prove.ts';
import type { AnySubject } from './subjects.ts';

/** Boundaries that come again and again, such as rounds of checks, count this often. */
const REPEATS = 2;
const CELLS_PER_PROCESS = 60;
const COURSES: readonly Course[] = ['good', 'back'];

/** What is to be proved. */
export interface Campaign {
  readonly subjects: readonly AnySubject[];
  /** Every n-th boundary only; 1 for all. */
  readonly every: number;
  readonly flaw?: Flaw;
  /** Names of the boundaries; all when missing. */
  readonly boundaries?: RegExp;
}

/** Runs every subject undisturbed on both courses, then kills it at every boundary that was seen. */
export async function runCampaign(
  file: string,
  { subjects, every, flaw, boundaries = /./ }: Campaign,
  say: (text: string) => void = () => undefined
): Promise<{ readonly undisturbed: readonly TrialResult[]; readonly killed: readonly TrialResult[] }> {
  const flaws = flaw ? { flaw } : {};
  const plain = subjects.flatMap((subject) => COURSES.map((course): Trial => ({ subject, course, ...flaws })));
  const undisturbed = await inProcesses(file, plain);
  const trials = undisturbed.flatMap(({ subject, course, points }) =>
    points
      .map((killAt, index): Trial => ({
        subject,
        course,
        ...flaws,
        killAt,
        ...secondKill(killAt, index, points.length),
      }))
      .filter(({ killAt = '' }) => boundaries.test(killAt) && Number(/#(\d+)$/.exec(killAt)?.[1]) <= REPEATS)
  );
  const chosen = trials.filter((_, index) => index % every === 0);
  const killed = await inProcesses(file, chosen, (done) => say(`${done} of ${chosen.length}`));
  return { undisturbed, killed };
}

/** The second kill comes anywhere in what is left to do after the first, the same in every run. */
function secondKill(name: string, index: number, length: number): { killAgainAfter: number } {
  const spread = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, index + 7);
  return { killAgainAfter: 1 + (spread % Math.max(2, length - index)) };
}

async function inProcesses(
  file: string,
  trials: readonly Trial[],
  onDone: (done: number) => void = () => undefined
): Promise<readonly TrialResult[]> {
  const results: TrialResult[] = [];
  for (let from = 0; from < trials.length; from += CELLS_PER_PROCESS) {
    results.push(...(await runTrials(file, trials.slice(from, from + CELLS_PER_PROCESS))));
    onDone(results.length);
  }
  return results;
}
