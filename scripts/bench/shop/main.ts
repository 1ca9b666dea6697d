import { runCommand, say } from '../command.ts';
import { roundAll } from '../detection/round.ts';
import { runTasks } from '../parallel/task-pool.ts';
import { parseShopArguments } from './arguments.ts';
import { demoSettings } from './demo-settings.ts';
import { shopPage } from './page.ts';
import { type ShopAnswer, shopGates, summariseQuiet } from './summary.ts';
import type { FaultResult, QuietResult, ShopTask } from './tasks.ts';

const WORKER = new URL('worker.ts', import.meta.url);
const PAGE = 'docs/benchmarks/demo.md';

runCommand(async (argv) => {
  const { seeds, hours, faults, workers, json, write } = parseShopArguments(argv);
  const quietTasks: ShopTask[] = hours > 0 ? seeds.map((seed) => ({ kind: 'quiet', seed, hours })) : [];
  const faultTasks: ShopTask[] = seeds.flatMap((seed) =>
    faults.map((fault) => ({ kind: 'fault' as const, seed, fault }))
  );
  const begunMs = performance.now();
  const results = await runTasks<ShopTask, QuietResult | FaultResult>(WORKER, [...quietTasks, ...faultTasks], {
    ...(workers === undefined ? {} : { workers }),
    onDone: (done, total) => say(`${done} of ${total}, ${((performance.now() - begunMs) / 1000).toFixed(0)} s`),
  });
  const quiet = results.filter((result): result is QuietResult => 'services' in result).map(summariseQuiet);
  const found = results.filter((result): result is FaultResult => 'fault' in result);
  const { collectSeconds, detectSeconds, historyMinutes } = demoSettings('http://127.0.0.1').watch;
  const answer: ShopAnswer = {
    schema: 'causeway.bench-demo/1',
    seeds,
    collectSeconds,
    detectSeconds,
    historyMinutes,
    quiet,
    faults: found,
    gates: shopGates(quiet, found),
  };
  return { answer: roundAll(answer) as ShopAnswer, json, write, page: PAGE, toPage: shopPage };
});
