/**
 * Data-quality report of what a Prometheus holds: npm run report:data-quality -- --from now-7d --to now
 * The text, or with --json one line of JSON, goes to standard output; --csv writes the feature table.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { scoreSignal } from '#engine';
import type { Signal } from '#model';
import {
  createPrometheusClient,
  discoverFeatures,
  fetchFeatureSignals,
  fetchServiceEdges,
  fetchSignals,
  type PrometheusClient,
} from '#telemetry';
import { buildFeatureTable, makeReport, openDanfo, parseRange, renderReport, TrainingError } from '#training';
import { runCli } from './run-cli.ts';

const HELP = `npm run report:data-quality -- [options]

  --prometheus <url>   base URL (default CAUSEWAY_PROMETHEUS_URL, else http://127.0.0.1:9090)
  --from <time>        begin, ISO 8601 or now-7d (default now-7d)
  --to <time>          end (default now)
  --step <seconds>     step of the table, 15 to 3600 (default 300)
  --namespace <name>   only workloads of this namespace
  --csv <file>         write the feature table
  --json               print one line of JSON instead of text
  --help               this text
`;

const DEADLINE_MS = 300_000;

function readOptions(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        prometheus: { type: 'string' },
        from: { type: 'string', default: 'now-7d' },
        to: { type: 'string', default: 'now' },
        step: { type: 'string', default: '300' },
        namespace: { type: 'string' },
        csv: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (cause) {
    throw new TrainingError('CAUSEWAY_TRAINING_ARGUMENT', cause instanceof Error ? cause.message : undefined, {
      cause,
    });
  }
}

type Options = ReturnType<typeof readOptions>;

async function main(options: Options): Promise<void> {
  const { fromMs, toMs } = parseRange(options.from, options.to, Date.now());
  const stepSeconds = Number(options.step);
  if (!(stepSeconds >= 15 && stepSeconds <= 3600)) {
    throw new TrainingError('CAUSEWAY_TRAINING_ARGUMENT', `--step "${options.step}" is not from 15 to 3600 seconds.`);
  }
  const stepMs = stepSeconds * 1000;
  const window = { fromMs: Math.ceil(fromMs / stepMs) * stepMs, toMs: Math.floor(toMs / stepMs) * stepMs };
  const url = options.prometheus ?? process.env['CAUSEWAY_PROMETHEUS_URL'] ?? 'http://127.0.0.1:9090';
  const prometheus = createPrometheusClient({ url, timeoutSeconds: 60 });
  process.stderr.write(`Reading ${new URL(url).host} ...\n`);
  const { signals, features, gaps, edges } = await read(prometheus, {
    window,
    stepSeconds,
    namespace: options.namespace,
  });
  if (signals.length + features.length === 0) {
    throw new TrainingError('CAUSEWAY_TRAINING_NO_DATA');
  }
  const grid = { ...window, stepSeconds };
  const engine = await openDanfo();
  const table = buildFeatureTable(toServices(features, edges), { ...grid, utcOffsetSeconds: () => 0 });
  const judge = (signal: Signal) => scoreSignal(signal).quality?.counts ?? {};
  const report = makeReport({ signals: [...signals, ...features], table, grid, gaps, judge }, engine);
  if (options.csv !== undefined) {
    writeFileSync(options.csv, engine.toCsv(table));
    process.stderr.write(`Wrote ${report.rows} rows to ${options.csv}\n`);
  }
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : renderReport(report));
}

interface ReadRequest {
  readonly window: { readonly fromMs: number; readonly toMs: number };
  readonly stepSeconds: number;
  readonly namespace: string | undefined;
}

async function read(prometheus: PrometheusClient, { window, stepSeconds, namespace }: ReadRequest) {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const known = await fetchSignals(prometheus, { window, stepSeconds, namespace, signal });
  const plan = await discoverFeatures(prometheus, { namespace, atMs: window.toMs, userSignals: [], signal });
  const found = await fetchFeatureSignals(prometheus, plan, { window, stepSeconds, signal });
  const { edges } = await fetchServiceEdges(prometheus, { atMs: window.toMs, windowSeconds: 3600, signal });
  return { signals: known.signals, features: found.signals, gaps: [...known.gaps, ...found.gaps], edges };
}

function toServices(
  features: readonly Signal[],
  edges: readonly { readonly caller: string; readonly callee: string }[]
) {
  const names = [...new Set(features.map((feature) => feature.service))].sort();
  return names.map((service) => ({
    service,
    series: new Map(
      features
        .filter((feature) => feature.service === service)
        .map((feature) => [feature.id.slice(feature.id.lastIndexOf('/') + 1), feature.series] as const)
    ),
    downstream: edges.filter((edge) => edge.caller === service).map((edge) => edge.callee),
  }));
}

const isArgument = (error: unknown): boolean =>
  error instanceof TrainingError && error.code === 'CAUSEWAY_TRAINING_ARGUMENT';

await runCli({ help: HELP, readOptions, main, isArgument });
