/**
 * Trains the weights of the root-cause ranking on labelled incidents and simulated ones:
 * npm run train:rca -- --data DIR --out FILE
 * Everything is computed from the arguments: the same call gives the same bytes.
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { parseRankingWeights } from '#engine';
import {
  hashIncidents,
  JUDGED_AS,
  type LabelledCase,
  type RankingRecipe,
  runTraining,
  sourcesOf,
  toRankingWeights,
  type TrainingAnswer,
  TrainingError,
  type TrainingProgress,
  writeWeightsFile,
} from '#training';
import { PackError } from './bench/rca/pack-error.ts';
import { runCli } from './run-cli.ts';
import { argumentError, HELP, namesOf, type Options, readOptions, toProtocols, toRecipe } from './train-rca/options.ts';
import { readIncidents, readTopologies } from './train-rca/read-inputs.ts';
import { toShippedModule } from './train-rca/shipped-module.ts';
import { figuresByProtocol, toTables } from './train-rca/summary.ts';

async function main(options: Options): Promise<void> {
  const recipe = toRecipe(options);
  const evaluate = toProtocols(options.evaluate);
  const incidents = readIncidents(options);
  const topologies = options.topology.flatMap(readTopologies);
  const testOnly = namesOf(options['test-only']);
  if (evaluate.length > 0 && incidents.length === 0) {
    throw argumentError('--evaluate needs --data with labelled incidents.');
  }
  const stop = new AbortController();
  const onInterrupt = (): void => stop.abort(new TrainingError('CAUSEWAY_TRAINING_CANCELLED'));
  process.once('SIGINT', onInterrupt);
  try {
    const answer = await runTraining(
      { incidents, topologies, recipe, evaluate, testOnly },
      { signal: stop.signal, onProgress: showProgress() }
    );
    const learned = incidents.filter(({ system }) => !testOnly.includes(system));
    finish(options, { recipe, learned, topologies: topologies.length, answer });
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

interface Run {
  readonly recipe: RankingRecipe;
  readonly learned: readonly LabelledCase[];
  readonly topologies: number;
  readonly answer: TrainingAnswer;
}

function finish(options: Options, { recipe, learned, topologies, answer }: Run): void {
  const sources = sourcesOf(learned);
  const weights = toRankingWeights(answer, [
    `simulation (${recipe.simulated} incidents)`,
    ...sources.map(({ system, incidents, licence }) => `${system} (${incidents} incidents, ${licence})`),
  ]);
  const figures = figuresByProtocol(
    { ...answer.evaluated, simulated: answer.simulated },
    namesOf(options['test-only'])
  );
  const used = JUDGED_AS[recipe.ranker];
  const record = {
    dataHash: hashIncidents(learned),
    sources,
    recipe,
    topologies,
    figures: Object.fromEntries(Object.entries(figures).map(([protocol, own]) => [protocol, own[used]])),
  };
  const text = writeWeightsFile(weights, record);
  parseRankingWeights(JSON.parse(text));
  const out = options['dry-run'] ? null : options.out;
  if (out !== null) {
    writeWhole(out, out.endsWith('.ts') ? toShippedModule(text) : text);
  }
  const { version } = weights;
  const summary = { schema: 'causeway.train-rca/1', out, version, defaults: weights.defaults, bytes: text.length };
  process.stdout.write(
    options.json ? `${JSON.stringify({ ...summary, ...record, figures })}\n` : toTables(summary, figures)
  );
}

/** A file that exists is replaced only by a whole one. */
function writeWhole(file: string, text: string): void {
  const part = `${file}.${process.pid}.part`;
  try {
    writeFileSync(part, text);
    renameSync(part, file);
  } catch (cause) {
    rmSync(part, { force: true });
    throw argumentError(`--out: ${file} cannot be written.`, cause);
  }
}

const STAGES: Readonly<Record<TrainingProgress['stage'], string>> = {
  simulate: 'simulating incidents',
  linear: 'linear weights',
  simOnly: 'networks of simulation',
  mix: 'mixed networks',
  evaluate: 'evaluation',
};

/** One line that is written anew on a terminal, else a line when a stage begins and ends. */
function showProgress(): (progress: TrainingProgress) => void {
  let current = '';
  return ({ stage, done, total }) => {
    const text = `${STAGES[stage]} ${done}/${total}`;
    const ends = done === total;
    if (process.stderr.isTTY) {
      process.stderr.write(`\r\u001B[K${text}${ends ? '\n' : ''}`);
    } else if (ends || stage !== current) {
      process.stderr.write(`${text}\n`);
    }
    current = stage;
  };
}

const WRONG_CALLS: ReadonlySet<string> = new Set([
  'CAUSEWAY_TRAINING_ARGUMENT',
  'CAUSEWAY_TRAINING_TOPOLOGY',
  'CAUSEWAY_TRAINING_LICENCE',
]);
const isArgument = (error: unknown): boolean =>
  error instanceof PackError || (error instanceof TrainingError && WRONG_CALLS.has(error.code));

await runCli({ help: HELP, readOptions, main, isArgument });
