/**
 * Trains the optional LSTM and compares it with sub-PCA: npm run bench:lstm -- [--data DIR] [--services 3] [--json]
 * It is on in an installation only where it passes the gate that is printed at the end.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { FeatureTable } from '#engine';
import { type CommandResult, runCommand, say } from '../command.ts';
import { aboutMachine, toFixed, toPage, toTable } from '../markdown.ts';
import { BenchError } from '../packs/bench-error.ts';
import { findPacks, listEntities } from '../packs/find-packs.ts';
import { conventionOf, readEntity } from '../packs/multivariate-pack.ts';
import { FIRST_SCORED_ROW, generateService } from '../synthetic/synthetic-service.ts';
import {
  compareOn,
  type Comparison,
  GATE_GAIN,
  GATE_WORSE_SHARE,
  type LabelledReplay,
  passesGate,
  type ServiceHistory,
  trainOn,
} from './compare.ts';

const USAGE =
  'npm run bench:lstm -- [--data DIR] [--only asd] [--services 3] [--sigma 5] [--hidden 32] [--epochs 20] [--windows 1500] [--seed 42] [--json] [--write]';
/** Spread that the anonymous metrics of the data sets are taken to have at least. */
const UNIT_FLOOR = 0.02;
const START_MS = Date.UTC(2026, 0, 5);

type LabelledService = ServiceHistory & LabelledReplay;

interface Answer {
  readonly schema: 'causeway.bench-lstm/1';
  readonly machine: Parameters<typeof aboutMachine>[0];
  readonly sets: Readonly<Record<string, { readonly services: readonly Comparison[]; readonly passes: boolean }>>;
}

async function run(argv: readonly string[]): Promise<CommandResult> {
  const options = readOptions(argv);
  const sets: Record<string, { services: readonly Comparison[]; passes: boolean }> = {};
  for (const [name, services] of listSets(options)) {
    const done: Comparison[] = [];
    for (const service of services()) {
      say(`${name}/${service.name}: training ...`);
      const { weights, ...training } = await trainOn(service, options);
      done.push({ name: service.name, ...compareOn(service, service, weights, options.seed), ...training });
    }
    sets[name] = { services: done, passes: passesGate(done) };
  }
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
  };
  const answer: Answer = { schema: 'causeway.bench-lstm/1', machine, sets };
  return { answer, json: options.json, write: options.write, page: 'docs/benchmarks/lstm.md', toPage: render };
}

function listSets(options: ReturnType<typeof readOptions>): [string, () => Generator<LabelledService>][] {
  const sets: [string, () => Generator<LabelledService>][] = [];
  if (options.data !== undefined) {
    const { packs, skipped } = findPacks(options.data);
    skipped.forEach(({ name, reason }) => say(`SKIPPED ${name}: ${reason}`));
    const wanted = packs.filter(
      ({ key, format }) => format === 'multivariate' && (options.only?.includes(key) ?? true)
    );
    sets.push(
      ...wanted.map(
        ({ key, directory }) => [key, () => entities(key, directory)] as [string, () => Generator<LabelledService>]
      )
    );
  }
  if (options.services > 0) {
    sets.push(['synthetic', () => generated(options)]);
  }
  return sets;
}

function* entities(key: string, directory: string): Generator<LabelledService> {
  for (const name of listEntities(directory)) {
    const { train, test, labels } = readEntity(directory, name, key);
    const { stepSeconds } = conventionOf(key, train.length);
    yield { name, table: toFeatureTable(train, stepSeconds, UNIT_FLOOR), columns: test, labels, stepSeconds };
  }
}

function* generated({ services, seed, sigma }: ReturnType<typeof readOptions>): Generator<LabelledService> {
  for (let service = 0; service < services; service += 1) {
    const { columns, labels } = generateService(seed, service, sigma);
    yield {
      name: `service-${service}`,
      table: toFeatureTable(
        columns.map((column) => column.subarray(0, FIRST_SCORED_ROW)),
        300,
        0
      ),
      columns: columns.map((column) => column.subarray(FIRST_SCORED_ROW)),
      labels: labels.subarray(FIRST_SCORED_ROW),
      stepSeconds: 300,
    };
  }
}

function toFeatureTable(columns: readonly Float64Array[], stepSeconds: number, unitFloor: number): FeatureTable {
  return {
    features: columns.map((_, j) => ({
      signalId: `m${j + 1}`,
      unit: 'dimensionless' as const,
      harm: 'both' as const,
      ...(unitFloor > 0 ? { unitFloor } : {}),
    })),
    timesMs: Float64Array.from(columns[0] ?? [], (_, row) => START_MS + row * stepSeconds * 1000),
    columns,
  };
}

function readOptions(argv: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        data: { type: 'string' },
        only: { type: 'string' },
        services: { type: 'string', default: '3' },
        sigma: { type: 'string', default: '5' },
        hidden: { type: 'string', default: '32' },
        epochs: { type: 'string', default: '20' },
        windows: { type: 'string', default: '1500' },
        seed: { type: 'string', default: '42' },
        json: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
      },
    });
    const { data, json, write, only, ...numbers } = values;
    const parsed = Object.fromEntries(
      Object.entries(numbers).map(([name, text]) => {
        if (!/^\d+(\.\d+)?$/.test(text)) {
          throw new Error(`--${name} "${text}" is not a number`);
        }
        return [name, Number(text)];
      })
    ) as Record<keyof typeof numbers, number>;
    return { ...parsed, data, json, write, only: only?.split(',') };
  } catch (cause) {
    throw new BenchError(`${cause instanceof Error ? cause.message : String(cause)}.\n${USAGE}`, {
      usage: true,
      cause,
    });
  }
}

function render({ machine, sets }: Answer): string {
  const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
  return toPage(
    '# The optional LSTM',
    `\`npm run bench:lstm -- --data DIR --write\` trains it anew and writes this page. It predicts the next row of a service from the rows before (window 60, one layer of 32 units, no labels) and is judged by VUS-PR against sub-PCA on six rows, which needs no training of this kind. It is switched on only where it gains at least ${GATE_GAIN} in the mean and is worse on at most ${Math.round(100 * GATE_WORSE_SHARE)} % of the services. [What VUS-PR is](detection.md).`,
    aboutMachine(machine),
    ...Object.entries(sets).flatMap(([name, { services, passes }]) => [
      `## ${name}: ${passes ? 'passes the gate' : 'does not pass the gate; it stays off'}`,
      toTable(
        ['Service', 'sub-PCA 6', 'LSTM', 'ensemble', 'ensemble with LSTM', 'epochs', 'training'],
        [
          ...services.map((item) => [
            item.name,
            toFixed(item.subPca6, 3),
            toFixed(item.lstm, 3),
            toFixed(item.ensemble, 3),
            toFixed(item.ensembleWithLstm, 3),
            String(item.epochs),
            `${toFixed(item.trainSeconds, 0)} s`,
          ]),
          [
            'mean',
            ...(['subPca6', 'lstm', 'ensemble', 'ensembleWithLstm'] as const).map((key) =>
              toFixed(mean(services.map((item) => item[key])), 3)
            ),
            '',
            '',
          ],
        ]
      ),
    ])
  );
}

runCommand(run);
