import { runCommand, say } from '../command.ts';
import { roundAll } from '../detection/round.ts';
import { BenchError } from '../packs/bench-error.ts';
import type { PackCase } from '../rca/pack-case.ts';
import { PackError } from '../rca/pack-error.ts';
import { readPack } from '../rca/read-pack.ts';
import { parseEffectsArguments } from './arguments.ts';
import { checkFigures } from './checks.ts';
import { measureCost } from './cost.ts';
import { effectsPage } from './page.ts';
import { judgeRealPairs, type RealFigures } from './real-pairs.ts';
import { simulateFamilies, simulatePower, simulateSystems } from './simulate.ts';

const PAGE = 'docs/benchmarks/effects.md';

runCommand(async (argv) => {
  const { runs, seed, data, json, write } = parseEffectsArguments(argv);
  const real = data === undefined ? null : realFigures(data);
  const cost = measureCost();
  const systems = simulateSystems(runs, seed, (name) => say(`done: ${name}`));
  const families = simulateFamilies(Math.ceil(runs / 2), seed);
  const power = simulatePower(Math.ceil(runs / 2), seed);
  const checks = checkFigures(systems, families);
  const answer = { schema: 'causeway.bench-effects/1', runs, seed, checks, systems, families, power, cost, real };
  return { answer: roundAll(answer) as object, json, write, page: PAGE, toPage: effectsPage };
});

function realFigures(directory: string): RealFigures {
  const figures = judgeRealPairs(read(directory), (done) => (done % 10 === 0 ? say(`incidents: ${done}`) : undefined));
  if (!figures) {
    throw new BenchError(`${directory}: holds no PetShop case.`);
  }
  return figures;
}

function read(directory: string): readonly PackCase[] {
  try {
    return readPack(directory);
  } catch (cause) {
    throw cause instanceof PackError ? new BenchError(cause.message, { usage: true, cause }) : cause;
  }
}
