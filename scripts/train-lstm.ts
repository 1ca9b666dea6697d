/**
 * Trains the optional LSTM for the services of an installation and decides by a replay whether it is switched on:
 * npm run train:lstm -- --prometheus URL --from now-14d --out DIR
 * Writes one file of weights per service and gate.json with every figure behind the decision.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { encodeLstm, type FeatureTable } from '#engine';
import type { Signal } from '#model';
import { createPrometheusClient, discoverFeatures, fetchFeatureSignals } from '#telemetry';
import { injectIncidents, onGrid, parseRange, TrainingError } from '#training';
import { compareOn, type Comparison, passesGate, type ServiceHistory, trainOn } from './bench/lstm/compare.ts';
import { runCli } from './run-cli.ts';

const HELP = `npm run train:lstm -- --out DIR [options]

  --out <dir>          where weights and gate.json are written
  --prometheus <url>   base URL (default CAUSEWAY_PROMETHEUS_URL, else http://127.0.0.1:9090)
  --from <time>        begin, ISO 8601 or now-14d (default now-14d)
  --to <time>          end (default now)
  --step <seconds>     step of the service models, the watch's detectSeconds (default 300)
  --namespace <name>   only workloads of this namespace
  --seed <n>           default 42
  --help               this text

The newest half of the range, at most seven days, is replayed with injected incidents of 3 and 5 sigma, three times each.
`;

const MIN_FEATURES = 4;
const MIN_HISTORY_ROWS = 576;
const REPLAY_MS = 7 * 86_400_000;
const SIGMAS = [3, 5];
const REPETITIONS = 3;
const DEADLINE_MS = 600_000;
const CHOICE = { hidden: 32, epochs: 20, windows: 1500 };

function readOptions(argv: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        out: { type: 'string' },
        prometheus: { type: 'string' },
        from: { type: 'string', default: 'now-14d' },
        to: { type: 'string', default: 'now' },
        step: { type: 'string', default: '300' },
        namespace: { type: 'string' },
        seed: { type: 'string', default: '42' },
        help: { type: 'boolean', default: false },
      },
    });
    if (!values.help && values.out === undefined) {
      throw new RangeError('--out names no directory');
    }
    return values;
  } catch (cause) {
    throw new TrainingError('CAUSEWAY_TRAINING_ARGUMENT', cause instanceof Error ? cause.message : undefined, {
      cause,
    });
  }
}

type Options = ReturnType<typeof readOptions>;

interface ServiceRows extends ServiceHistory {
  readonly names: readonly string[];
  readonly replay: readonly Float64Array[];
}

async function main(options: Options): Promise<void> {
  const stepSeconds = Number(options.step);
  if (!(stepSeconds >= 15 && stepSeconds <= 3600)) {
    throw new TrainingError('CAUSEWAY_TRAINING_ARGUMENT', `--step "${options.step}" is not from 15 to 3600 seconds.`);
  }
  const services = await readServices(options, stepSeconds);
  if (services.length === 0) {
    throw new TrainingError(
      'CAUSEWAY_TRAINING_NO_DATA',
      `No service has ${MIN_FEATURES} features with enough history.`
    );
  }
  const out = options.out ?? '.';
  mkdirSync(out, { recursive: true });
  const seed = Number(options.seed);
  const figures: (Pick<Comparison, 'name' | 'subPca6' | 'lstm' | 'ensemble' | 'ensembleWithLstm'> & {
    file: string;
    features: readonly string[];
  })[] = [];
  for (const service of services) {
    process.stderr.write(`${service.name}: training on ${service.table.timesMs.length} rows ...\n`);
    const { weights } = await trainOn(service, { ...CHOICE, seed });
    const file = `${encodeURIComponent(service.name)}.lstm`;
    writeFileSync(path.join(out, file), encodeLstm(weights));
    const features = service.table.features.map(({ signalId }) => signalId);
    figures.push({ name: service.name, file, features, ...replay(service, weights, seed) });
  }
  const passes = passesGate(figures);
  const gate = { schema: 'causeway.lstm-gate/1', passes, sigmas: SIGMAS, repetitions: REPETITIONS, services: figures };
  writeFileSync(path.join(out, 'gate.json'), `${JSON.stringify(gate, null, 2)}\n`);
  process.stdout.write(`${JSON.stringify(gate)}\n`);
  process.stderr.write(
    passes ? 'The LSTM passes its gate: it may be switched on.\n' : 'The LSTM does not pass its gate: it stays off.\n'
  );
}

/** Means over all replays of one service. */
function replay(service: ServiceRows, weights: Parameters<typeof encodeLstm>[0], seed: number) {
  const runs = SIGMAS.flatMap((sigma) =>
    Array.from({ length: REPETITIONS }, (_, repetition) => {
      const injected = injectIncidents({ names: service.names, columns: service.replay }, sigma, seed + repetition + 1);
      return compareOn(service, injected, weights, seed);
    })
  );
  const mean = (key: keyof (typeof runs)[number]): number => runs.reduce((sum, run) => sum + run[key], 0) / runs.length;
  return {
    subPca6: mean('subPca6'),
    lstm: mean('lstm'),
    ensemble: mean('ensemble'),
    ensembleWithLstm: mean('ensembleWithLstm'),
  };
}

async function readServices(options: Options, stepSeconds: number): Promise<readonly ServiceRows[]> {
  const range = parseRange(options.from, options.to, Date.now());
  const stepMs = stepSeconds * 1000;
  const window = {
    fromMs: Math.ceil(range.fromMs / stepMs) * stepMs,
    toMs: Math.floor(range.toMs / stepMs) * stepMs,
  };
  const url = options.prometheus ?? process.env['CAUSEWAY_PROMETHEUS_URL'] ?? 'http://127.0.0.1:9090';
  const prometheus = createPrometheusClient({ url, timeoutSeconds: 60 });
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const { namespace } = options;
  const plan = await discoverFeatures(prometheus, { namespace, atMs: window.toMs, userSignals: [], signal });
  const { signals } = await fetchFeatureSignals(prometheus, plan, { window, stepSeconds, signal });
  const names = [...new Set(signals.map((item) => item.service))].sort();
  return names.flatMap((service) =>
    toRows(
      service,
      signals.filter((item) => item.service === service),
      { ...window, stepSeconds }
    )
  );
}

function toRows(
  name: string,
  signals: readonly Signal[],
  window: { readonly fromMs: number; readonly toMs: number; readonly stepSeconds: number }
): readonly ServiceRows[] {
  const splitMs = window.toMs - Math.min(REPLAY_MS, (window.toMs - window.fromMs) / 2);
  const grid = { ...window, utcOffsetSeconds: () => 0 };
  const columns = signals.map((signal) => onGrid(signal.series, grid));
  const stepMs = window.stepSeconds * 1000;
  const split = Math.floor((splitMs - window.fromMs) / stepMs);
  const known = columns.filter((column) => column.subarray(0, split).filter(Number.isFinite).length > split / 2);
  if (known.length < MIN_FEATURES || split < MIN_HISTORY_ROWS) {
    return [];
  }
  const kept = signals.filter((_, j) => known.includes(columns[j] ?? new Float64Array(0)));
  const table: FeatureTable = {
    features: kept.map(({ id, unit, harm }) => ({ signalId: id, unit, harm })),
    timesMs: Float64Array.from({ length: split }, (_, row) => window.fromMs + row * stepMs),
    columns: known.map((column) => column.subarray(0, split)),
  };
  return [
    {
      name,
      table,
      stepSeconds: window.stepSeconds,
      names: kept.map(({ id }) => id.slice(id.lastIndexOf('/') + 1)),
      replay: known.map((column) => column.subarray(split)),
    },
  ];
}

const isArgument = (error: unknown): boolean =>
  error instanceof TrainingError && error.code === 'CAUSEWAY_TRAINING_ARGUMENT';

await runCli({ help: HELP, readOptions, main, isArgument });
