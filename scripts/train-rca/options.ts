import { parseArgs } from 'node:util';
import { DEFAULT_RECIPE, type Protocol, PROTOCOLS, type RankingRecipe, TrainingError } from '#training';

/** How the command is called. */
export const HELP = `npm run train:rca -- [--data DIR]... [--topology FILE]... [options]

  --data <dir>         labelled incidents in the case format of docs/training-rca.md; may be repeated
  --systems <a,b>      only incidents of these data sets (default all)
  --test-only <a,b>    incidents of these data sets are scored by --evaluate and never trained on
  --topology <file>    your topology to simulate incidents on: an exported graph, a topology file of
                       docs/training-rca.md, or a directory of cases, whose baselines are used as well; may be repeated
  --out <file>         where the weights go (default ranking-weights.json); *.ts writes the module that is shipped
  --ranker <name>      what the weights are meant for: linear, blend or three-way (default ${DEFAULT_RECIPE.ranker})
  --seed <n>           default ${DEFAULT_RECIPE.seed}
  --simulated <n>      simulated incidents (default ${DEFAULT_RECIPE.simulated}); 50 to 20000
  --iterations <n>     of each network (default ${DEFAULT_RECIPE.iterations})
  --evaluate <name>    also refit without parts of the incidents and score on them: unseen (systems), service, fault,
                       case or all; may be repeated
  --dry-run            writes nothing
  --json               one JSON object on stdout in place of a table
  --help               this text

Progress goes to stderr. A run takes minutes of one core; Ctrl-C ends it and leaves no file.
`;

/** Options as texts. @throws TrainingError `CAUSEWAY_TRAINING_ARGUMENT` naming the option */
export function readOptions(argv: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        data: { type: 'string', multiple: true, default: [] },
        systems: { type: 'string' },
        'test-only': { type: 'string', default: '' },
        topology: { type: 'string', multiple: true, default: [] },
        out: { type: 'string', default: 'ranking-weights.json' },
        ranker: { type: 'string', default: DEFAULT_RECIPE.ranker },
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

/** What {@link readOptions} gives. */
export type Options = ReturnType<typeof readOptions>;

/** An option that cannot be used; ends the program with 2. */
export function argumentError(detail: string, cause?: unknown): TrainingError {
  return new TrainingError('CAUSEWAY_TRAINING_ARGUMENT', detail, { cause });
}

/** Names between commas. */
export function namesOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

const RANKERS = ['linear', 'blend', 'three-way'] as const;

/** @throws TrainingError `CAUSEWAY_TRAINING_ARGUMENT` naming the option and its limits */
export function toRecipe(options: Options): RankingRecipe {
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
    ranker: oneOf('--ranker', options.ranker, RANKERS),
    seed: whole('seed', 0, 0xffffffff),
    simulated,
    mixed: Math.min(DEFAULT_RECIPE.mixed, simulated),
    iterations: whole('iterations', 1, 2000),
  };
}

/** @throws TrainingError `CAUSEWAY_TRAINING_ARGUMENT` naming the option and what it may be */
export function toProtocols(names: readonly string[]): readonly Protocol[] {
  const asked = names.flatMap((name): readonly string[] => (name === 'all' ? PROTOCOLS : [name]));
  return [...new Set(asked)].map((name) => oneOf('--evaluate', name, PROTOCOLS));
}

function oneOf<Name extends string>(option: string, text: string, allowed: readonly Name[]): Name {
  const found = allowed.find((name) => name === text);
  if (found === undefined) {
    throw argumentError(`${option} "${text}" is none of ${allowed.join(', ')}.`);
  }
  return found;
}
