import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CellOrder, CellReport, Course, Flaw } from './cell.ts';
import { judge } from './judge.ts';
import type { Verdict } from './judge.ts';
import { runAndKill } from './killable.ts';
import type { AnySubject, ClusterSubject, OwnSubject } from './subjects.ts';
import type { World } from './worlds.ts';
import { Cluster, ownWorld, shopWorld } from './worlds.ts';

/** One execution that is killed: where, and then again where. */
export interface Trial {
  readonly subject: AnySubject;
  readonly course: Course;
  readonly flaw?: Flaw;
  /** Boundary of the first kill; without, nothing is killed. */
  readonly killAt?: string;
  /** Number of the boundary after the restart at which it is killed again. */
  readonly killAgainAfter?: number;
}

/** What became of a trial. */
export interface TrialResult extends Trial {
  readonly verdict: Verdict;
  /** Whether the process was killed there; a trial that came to its end before shows nothing. */
  readonly killed: boolean;
  readonly killedAgainAt: string | undefined;
  /** Boundaries of the last start, in order. */
  readonly points: readonly string[];
}

const CELLS_PER_CLUSTER = 8;

/** Runs trials in one process at a time: start, kill, start, kill, start to the end, compare. */
export async function runTrials(file: string, trials: readonly Trial[]): Promise<readonly TrialResult[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'causeway-crash-'));
  const clusters = new Map<number, Promise<Cluster>>();
  const clusterOf = (number: number): Promise<Cluster> => {
    const known = clusters.get(number) ?? Cluster.start(folder);
    clusters.set(number, known);
    return known;
  };
  try {
    const worlds = await Promise.all(
      trials.map(async ({ subject }, index) => {
        if (subject.kind === 'own') {
          return ownWorld(subject as OwnSubject, folder);
        }
        if (subject.kind !== 'cluster') {
          return shopWorld();
        }
        const cluster = await clusterOf(Math.floor(index / CELLS_PER_CLUSTER));
        return cluster.add(subject as ClusterSubject);
      })
    );
    const results = await killTwice(file, folder, trials, worlds);
    await Promise.all(worlds.map((world) => world.close()));
    return results;
  } finally {
    await Promise.all([...clusters.values()].map(async (cluster) => (await cluster).stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function killTwice(
  file: string,
  folder: string,
  trials: readonly Trial[],
  worlds: readonly World[]
): Promise<readonly TrialResult[]> {
  const orders = trials.map(({ subject, course, flaw }, index): CellOrder => {
    const id = String(index);
    const world = worlds[index]?.address ?? { kind: 'shop', url: '' };
    return { id, ledger: path.join(folder, `${id}.sqlite`), subject: subject.name, course, world, flaw };
  });
  const first = await runAndKill(file, orders.map((order, i) => ({ ...order, stopAt: trials[i]?.killAt }))); // prettier-ignore
  const killed = orders.filter(({ id }) => first.get(id)?.event === 'stopped');
  const again = await runAndKill(
    file,
    killed.map((order) => ({ ...order, stopAfter: trials[Number(order.id)]?.killAgainAfter }))
  );
  const rest = killed.filter(({ id }) => again.get(id)?.event === 'stopped');
  const last = await runAndKill(file, rest);
  return Promise.all(
    trials.map(async (trial, index) => {
      const id = String(index);
      const [one, two] = [first.get(id), again.get(id)];
      const final = [last.get(id), two, one].find((report) => report !== undefined && report.event !== 'stopped');
      return {
        ...trial,
        verdict: await verdictOf(trial, final, worlds[index]),
        killed: one?.event === 'stopped',
        killedAgainAt: two?.event === 'stopped' ? two.at : undefined,
        points: final?.event === 'done' ? final.points : [],
      };
    })
  );
}

async function verdictOf(trial: Trial, report: CellReport | undefined, world: World | undefined): Promise<Verdict> {
  if (report?.event !== 'done' || !world) {
    const why = report?.event === 'failed' ? report.message : 'it did not come to an end';
    return { kind: 'wrong', faults: [why] };
  }
  return judge(trial.subject, trial.course, report.account, await world.observe());
}
