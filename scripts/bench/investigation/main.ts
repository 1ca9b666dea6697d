import os from 'node:os';
import { FAULT_CATALOGUE } from '../../../src/demo/faults/index.ts';
import { runCommand, say } from '../command.ts';
import { roundAll } from '../detection/round.ts';
import { runTasks } from '../parallel/task-pool.ts';
import { FLAG, readArguments, TEXT, wholeNumber } from '../read-arguments.ts';
import { faultOf } from '../shop/follow-fault.ts';
import { investigationPage, type MeasuredAnswer } from './page.ts';
import { LIES } from '../../../tests/support/llm/scripted-model.ts';
import { summariseInvestigations } from './summary.ts';
import type { InvestigationResult, InvestigationTask } from './tasks.ts';

const WORKER = new URL('worker.ts', import.meta.url);
const PAGE = 'docs/benchmarks/investigation.md';
const USAGE = 'npm run bench:investigation -- [--seeds 5] [--fault missing-index,...] [--json] [--write] [--workers N]';

runCommand(async (argv) => {
  const options = { seeds: TEXT, fault: TEXT, workers: TEXT, json: FLAG, write: FLAG };
  const {
    seeds: count = '5',
    fault,
    workers: wanted = '2',
    json = false,
    write = false,
  } = readArguments(argv, options, USAGE);
  const seeds = Array.from({ length: wholeNumber('--seeds', count, [1, 50], USAGE) }, (_, at) => at + 1);
  const workers = wholeNumber('--workers', wanted, [1, 64], USAGE);
  const faults = fault?.split(',').filter(Boolean) ?? FAULT_CATALOGUE.map(({ id }) => id);
  faults.forEach((id) => faultOf(id));
  const tasks: InvestigationTask[] = seeds.flatMap((seed) => faults.map((id) => ({ seed, fault: id })));
  const load = os.loadavg()[0] ?? 0;
  const begunMs = performance.now();
  const results = await runTasks<InvestigationTask, InvestigationResult>(WORKER, tasks, {
    workers,
    onDone: (done, total) => say(`${done} of ${total}, ${((performance.now() - begunMs) / 1000).toFixed(0)} s`),
  });
  const machine = {
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.cpus().length,
    node: process.versions.node,
    date: new Date().toISOString().slice(0, 10),
    load,
    workers,
  };
  const answer = roundAll({ ...summariseInvestigations(seeds, results, LIES.length), machine }) as MeasuredAnswer;
  if (answer.gates.some(({ pass }) => !pass)) {
    process.exitCode = 1;
  }
  return { answer, json, write, page: PAGE, toPage: investigationPage };
});
