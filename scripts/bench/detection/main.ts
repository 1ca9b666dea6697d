import { runTasks } from '../parallel/task-pool.ts';
import { runCommand, say } from '../command.ts';
import { parseDetectionArguments } from './arguments.ts';
import { type SigmaEvents, synthesisGates } from './gates.ts';
import { planSections } from './plan.ts';
import { detectionPage } from './page.ts';
import { roundAll } from './round.ts';
import { summarise } from './sections.ts';

const WORKER = new URL('worker.ts', import.meta.url);
const PAGE = 'docs/benchmarks/detection.md';

runCommand(async (argv) => {
  const args = parseDetectionArguments(argv);
  const sections = planSections(args, (name, reason) => say(`SKIPPED: ${name}: ${reason}.`));
  const answer: Record<string, unknown> = { schema: 'causeway.bench-detection/1' };
  for (const section of sections) {
    const begunMs = performance.now();
    const results = await runTasks(WORKER, section.tasks, {
      ...(args.workers === undefined ? {} : { workers: args.workers }),
      onDone: (done, total) =>
        done % 8 === 0 || done === total ? say(`${section.key}: ${done} of ${total}`) : undefined,
    });
    answer[section.key] = summarise(section, results, args);
    say(`${section.key}: ${((performance.now() - begunMs) / 1000).toFixed(1)} s`);
  }
  answer.gates = synthesisGates((answer.synthetic ?? {}) as Readonly<Record<string, SigmaEvents>>);
  return { answer: roundAll(answer) as object, json: args.json, write: args.write, page: PAGE, toPage: detectionPage };
});
