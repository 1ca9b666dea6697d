import { runCommand, say } from '../command.ts';
import { roundAll } from '../detection/round.ts';
import { runTasks } from '../parallel/task-pool.ts';
import { parseShopArguments } from '../shop/arguments.ts';
import { causesPage } from './page.ts';
import { type CausesAnswer, summariseCauses } from './summary.ts';
import type { CauseResult, CauseTask } from './tasks.ts';

const WORKER = new URL('worker.ts', import.meta.url);
const PAGE = 'docs/benchmarks/causes.md';
const USAGE =
  'npm run bench:causes -- [--seeds 1,2,3,4,5] [--faults missing-index,...] [--json] [--write] [--workers N]';

runCommand(async (argv) => {
  const { seeds, faults, workers, json, write } = parseShopArguments(argv, USAGE);
  const tasks: CauseTask[] = seeds.flatMap((seed) => faults.map((fault) => ({ seed, fault })));
  const begunMs = performance.now();
  const results = await runTasks<CauseTask, CauseResult>(WORKER, tasks, {
    ...(workers === undefined ? {} : { workers }),
    onDone: (done, total) => say(`${done} of ${total}, ${((performance.now() - begunMs) / 1000).toFixed(0)} s`),
  });
  const answer = roundAll(summariseCauses(seeds, results)) as CausesAnswer;
  return { answer, json, write, page: PAGE, toPage: causesPage };
});
