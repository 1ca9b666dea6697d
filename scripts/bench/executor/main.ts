import { mkdtempSync, rmSync } from 'node:fs';
import os, { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleExecutor } from '../../../tests/contract/executor/executor-process.ts';
import { runCommand, say } from '../command.ts';
import { roundAll } from '../detection/round.ts';
import { FLAG, readArguments, TEXT, wholeNumber } from '../read-arguments.ts';
import { measureLedgerSpeed } from './ledger-speed.ts';
import { type ExecutorAnswer, executorPage } from './page.ts';
import { measureEffects, measureRestart } from './product-times.ts';

const PAGE = 'docs/benchmarks/executor.md';
const USAGE = 'npm run bench:executor -- [--json] [--write] [--past 10000]';
const RUNS = 9;
const LOAD_SECONDS = 10;

runCommand(async (argv) => {
  const { json = false, write = false, past } = readArguments(argv, { json: FLAG, write: FLAG, past: TEXT }, USAGE);
  const pastExecutions = wholeNumber('--past', past ?? '10000', [1, 1e5], USAGE);
  const loadBefore = os.loadavg()[0] ?? 0;
  const folder = mkdtempSync(path.join(tmpdir(), 'causeway-bench-'));
  try {
    const ledger = await measureLedgerSpeed(folder);
    say('ledger');
    const bundle = await bundleExecutor();
    const effects = await measureEffects(bundle, RUNS);
    say('plan to effect');
    const restarts = [];
    for (const count of [0, pastExecutions]) {
      restarts.push(await measureRestart(bundle, count, LOAD_SECONDS));
      say(`restart with ${count}`);
    }
    const answer: ExecutorAnswer = {
      schema: 'causeway.bench-executor/1',
      node: process.version,
      cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
      cores: os.cpus().length,
      date: new Date().toISOString().slice(0, 10),
      loadBefore,
      ledger,
      effects,
      restarts,
    };
    return { answer: roundAll(answer) as ExecutorAnswer, json, write, page: PAGE, toPage: executorPage };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
