/**
 * Trains the weights of the root-cause ranking on labelled incidents and simulated ones:
 * npm run train:rca -- --data DIR --out FILE
 * Everything is computed from the arguments: the same call gives the same bytes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseRankingWeights } from '#engine';
import {
  DEFAULT_RECIPE,
  EVALUATED,
  figuresOf,
  hashIncidents,
  type KnownTopology,
  type LabelledCase,
  parseTopology,
  type Protocol,
  PROTOCOLS,
  type RankingRecipe,
  runTraining,
  toRankingWeights,
  type TrainingAnswer,
  TrainingError,
  type TrainingProgress,
  writeWeightsFile,
} from '#training';
import { blindCases } from './bench/rca/outcome.ts';
import { PackError } from './bench/rca/pack-error.ts';
import { readPack } from './bench/rca/read-pack.ts';
import { runCli } from './run-cli.ts';
import { toShippedModule } from './train-rca/shipped-module.ts';

const HELP = `npm run train:rca -- [--data DIR]... [--topology FILE]... [options]

  --data <dir>         labelled incidents in the case format of docs/training-rca.md; may be repeated
  --systems <a,b>      only incidents of these data sets (default all)
  --test-only <a,b>    incidents of these data sets are scored by --evaluate and never trained on
  --topology <file>    a topology of yours to simulate incidents on; may be repeated
  --out <file>         where the weights go (default ranking-weights.json); *.ts writes the module that is shipped
  --seed <n>           default ${DEFAULT_RECIPE.seed}
  --simulated <n>      simulated incidents (default ${DEFAULT_RECIPE.simulated}); 50 to 20000
  --iterations <n>     of each network (default ${DEFAULT_RECIPE.iterations})
  --evaluate <name>    also refit without parts of the incidents and score on them: unseen (systems), service, fault,
                       case or all
  --dry-run            writes nothing
  --json               one JSON object on stdout in place of a table
  --help               this text

Progress goes to stderr. A run takes minutes of one core; Ctrl-C ends it and leaves no file.
`;

function readOptions(argv: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        data: { type: 'string', multiple: true, default: [] },
        systems: { type: 'string' },
        'test-only': { type: 'string', default: '' },
        topology: { type: 'string', multiple: true, default: [] },
        out: { type: 'string', default: 'ranking-weights.json' },
        seed: { type: 'string', default: String(DEFAULT_RECIPE.seed) },
        simulated: { type: 'string', default: String(DEFAULT_RECIPE.simulated) },
        iterations: { type: 'string', default: String(DEFAULT_RECIPE.iterations) },
        evaluate: { type: 'string', multiple: true, default: [] },
        'dry-run': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (cause) {
    throw argumentError(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

type Options = ReturnType<typeof readOptions>;

function argumentError(detail: string, cause?: unknown): TrainingError {
  return new TrainingError('CAUSEWAY_TRAINING_ARGUMENT', detail, { cause });
}

async function main(options: Options): Promise<void> {
  const recipe = toRecipe(options);
  const evaluate = toProtocols(options.evaluate);
  const incidents = readIncidents(options);
  const topologies = options.topology.map(readTopology);
  const testOnly = options['test-only'].split(',').map((name) => name.trim());
  if (evaluate.length > 0 && incidents.length === 0) {
    throw argumentError('--evaluate needs --data with labelled incidents.');
  }
  const stop = new AbortController();
  const onInterrupt = (): void => stop.abort(new TrainingError('CAUSEWAY_TRAINING_FAILED', 'Interrupted.'));
  process.once('SIGINT', onInterrupt);
  try {
    const answer = await runTraining(
      { incidents, topologies, recipe, evaluate, testOnly },
      { signal: stop.signal, onProgress: showProgress }
    );
    process.stderr.write('\n');
    finish(options, {
      recipe,
      incidents: incidents.filter(({ system }) => !testOnly.includes(system)),
      topologies,
      answer,
    });
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

interface Run {
  readonly recipe: RankingRecipe;
  readonly incidents: readonly LabelledCase[];
  readonly topologies: readonly KnownTopology[];
  readonly answer: TrainingAnswer;
}

function finish(options: Options, { recipe, incidents, topologies, answer }: Run): void {
  const counts = countBy(incidents.map(({ system }) => system));
  const sources = Object.entries(counts).map(([system, count]) => `${system} (${count} incidents)`);
  const weights = toRankingWeights(answer.ranking, [`simulation (${recipe.simulated} incidents)`, ...sources]);
  const evaluated = figuresByProtocol(answer);
  const record = {
    dataHash: hashIncidents(incidents),
    incidents: counts,
    recipe,
    topologies: topologies.length,
    figures: { ...evaluated },
  };
  const text = writeWeightsFile(weights, record);
  parseRankingWeights(JSON.parse(text));
  if (!options['dry-run']) {
    writeFileSync(options.out, options.out.endsWith('.ts') ? toShippedModule(text) : text);
  }
  const out = options['dry-run'] ? null : options.out;
  const summary = { schema: 'causeway.train-rca/1', out, version: weights.version, bytes: text.length, ...record };
  process.stdout.write(options.json ? `${JSON.stringify(summary)}\n` : toTable(summary, evaluated));
}

function figuresByProtocol({ evaluated }: TrainingAnswer) {
  return Object.fromEntries(
    Object.entries(evaluated).map(([protocol, byRanker]) => [
      protocol,
      Object.fromEntries(EVALUATED.map((name) => [name, roundAll(figuresOf(byRanker[name]))])),
    ])
  );
}

/** Three decimals: more would be noise. */
function roundAll<Value>(value: Value): Value {
  return JSON.parse(
    JSON.stringify(value, (_key, item: unknown) => (typeof item === 'number' ? Math.round(item * 1000) / 1000 : item))
  ) as Value;
}

function toTable(
  { version, out, bytes }: { readonly version: string; readonly out: string | null; readonly bytes: number },
  evaluated: ReturnType<typeof figuresByProtocol>
): string {
  const lines = [out === null ? `${version}, not written` : `${version} -> ${out}, ${Math.round(bytes / 1000)} kB`];
  for (const [protocol, byRanker] of Object.entries(evaluated)) {
    lines.push('', `Not trained on: ${protocol}`, '');
    lines.push(
      '| score | top-1 | top-3 | mean of systems | sure and right | ece | by system |',
      '|---|---|---|---|---|---|---|'
    );
    for (const [name, figures] of Object.entries(byRanker)) {
      const { top1, top3, meanOfSystems, calibration, bySystem } = figures;
      const systems = Object.entries(bySystem).map(([system, own]) => `${system} ${own.top1}/${own.top3}`);
      lines.push(
        `| ${name} | ${top1} | ${top3} | ${meanOfSystems.top1}/${meanOfSystems.top3} | ` +
          `${calibration.sureAndRight}/${calibration.sure} | ${calibration.ece} | ${systems.join(', ')} |`
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

function toRecipe(options: Options): RankingRecipe {
  const whole = (name: 'seed' | 'simulated' | 'iterations', low: number, high: number): number => {
    const value = /^\d+$/.test(options[name]) ? Number(options[name]) : Number.NaN;
    if (!(value >= low && value <= high)) {
      throw argumentError(`--${name} "${options[name]}" is no whole number from ${low} to ${high}.`);
    }
    return value;
  };
  const simulated = whole('simulated', 50, 20_000);
  return {
    ...DEFAULT_RECIPE,
    seed: whole('seed', 0, 0xffffffff),
    simulated,
    mixed: Math.min(DEFAULT_RECIPE.mixed, simulated),
    iterations: whole('iterations', 1, 2000),
  };
}

function toProtocols(names: readonly string[]): readonly Protocol[] {
  const asked = names.flatMap((name): readonly string[] => (name === 'all' ? PROTOCOLS : [name]));
  return [...new Set(asked)].map((name) => {
    const found = PROTOCOLS.find((protocol) => protocol === name);
    if (!found) {
      throw argumentError(`--evaluate "${name}" is none of ${PROTOCOLS.join(', ')}, all.`);
    }
    return found;
  });
}

function readIncidents({ data, systems }: Options): readonly LabelledCase[] {
  const wanted = systems?.split(',').map((name) => name.trim());
  const incidents = data.flatMap((directory) => {
    const pack = readPack(directory);
    const blind = blindCases(pack);
    return pack.flatMap(({ truth }, i) => {
      const item = blind[i];
      if (!item || (wanted && !wanted.includes(truth.dataset))) {
        return [];
      }
      const cause = item.names.indexOf(truth.service);
      return { case: item.input, cause, system: truth.dataset, causeName: truth.service, fault: truth.faultType };
    });
  });
  const missing = wanted?.find((name) => !incidents.some(({ system }) => system === name));
  if (missing !== undefined) {
    throw argumentError(`--systems names "${missing}", of which --data holds no incident.`);
  }
  return incidents;
}

function readTopology(file: string): KnownTopology {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new TrainingError('CAUSEWAY_TRAINING_TOPOLOGY', `--topology: ${file} cannot be read as JSON.`, { cause });
  }
  return parseTopology(value);
}

function countBy(names: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  names.forEach((name) => counts.set(name, (counts.get(name) ?? 0) + 1));
  return Object.fromEntries([...counts].sort(([left], [right]) => (left < right ? -1 : 1)));
}

const STAGES: Readonly<Record<TrainingProgress['stage'], string>> = {
  simulate: 'simulating incidents',
  linear: 'linear weights',
  simOnly: 'networks of simulation',
  mix: 'mixed networks',
  evaluate: 'evaluation',
};

function showProgress({ stage, done, total }: TrainingProgress): void {
  const text = `${STAGES[stage]} ${done}/${total}`;
  process.stderr.write(process.stderr.isTTY ? `\r\u001B[K${text}` : done === total ? `${text}\n` : '');
}

const isArgument = (error: unknown): boolean =>
  error instanceof PackError ||
  (error instanceof TrainingError &&
    (error.code === 'CAUSEWAY_TRAINING_ARGUMENT' || error.code === 'CAUSEWAY_TRAINING_TOPOLOGY'));

await runCli({ help: HELP, readOptions, main, isArgument });
