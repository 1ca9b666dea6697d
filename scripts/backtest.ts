/**
 * The alerts that a detector or rule would have raised: npm run backtest -- --from now-7d --to now
 * The table, or with --json one line of JSON, goes to standard output.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { BackendError, BACKTEST_TARGETS, backtestPrometheus } from '#backend';
import { ANOMALY_LABELS, type AnomalyLabelRecord, type BacktestAnswer } from '#contracts';
import { parseRange, TrainingError } from '#training';
import { runCli } from './run-cli.ts';

const HELP = `npm run backtest -- [options]

  --prometheus <url>   base URL (default CAUSEWAY_PROMETHEUS_URL, else http://127.0.0.1:9090)
  --from <time>        begin, ISO 8601 or now-7d (default now-7d)
  --to <time>          end (default now); at most 30 days after the begin
  --service <name>     only this service
  --detector <name>    what to replay (default ensemble), one of
                       ${BACKTEST_TARGETS.slice(0, 7).join(', ')},
                       ${BACKTEST_TARGETS.slice(7, 14).join(', ')},
                       ${BACKTEST_TARGETS.slice(14).join(', ')}
  --threshold <score>  score that raises an alert, 0 to 1 (default 0.8); verdicts and rules have none
  --namespace <name>   only workloads of this namespace
  --step <seconds>     step of the series, 15 to 600 (default 300)
  --history <days>     history before the begin that detectors start from, 0.1 to 30 (default 14)
  --labels <file>      JSON or YAML list of { service, from, to, label }; label is one of
                       ${ANOMALY_LABELS.join(', ')}
  --json               print one line of JSON instead of a table
  --help               this text
`;

const OPTIONS = {
  prometheus: { type: 'string' },
  from: { type: 'string', default: 'now-7d' },
  to: { type: 'string', default: 'now' },
  service: { type: 'string' },
  detector: { type: 'string', default: 'ensemble' },
  threshold: { type: 'string', default: '0.8' },
  namespace: { type: 'string' },
  step: { type: 'string', default: '300' },
  history: { type: 'string', default: '14' },
  labels: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** A wrong argument, with what to write instead. */
class ArgumentError extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}

function readOptions(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS }).values;
  } catch (cause) {
    throw new ArgumentError(cause instanceof Error ? cause.message : 'An argument is not usable.', 'See --help.', {
      cause,
    });
  }
}

function readNumber(name: 'threshold' | 'step' | 'history', text: string, [least, most]: readonly [number, number]) {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= least && value <= most)) {
    throw new ArgumentError(`--${name} "${text}" is not usable.`, `Give --${name} a number from ${least} to ${most}.`);
  }
  return value;
}

const time = z.union([z.string(), z.number().transform(String)]);
const labelsSchema = z.array(
  z.object({ service: z.string().min(1).max(253), from: time, to: time, label: z.enum(ANOMALY_LABELS) })
);

/** Labels of a file; JSON is YAML as well. */
function readLabels(file: string | undefined, nowMs: number): readonly AnomalyLabelRecord[] {
  if (file === undefined) {
    return [];
  }
  const remedy = `Give --labels a JSON or YAML list of { service, from, to, label }; label is one of ${ANOMALY_LABELS.join(', ')}.`;
  let value: unknown;
  try {
    value = parseYaml(readFileSync(file, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : 'it cannot be read';
    throw new ArgumentError(`--labels ${file} cannot be read: ${reason}`, remedy, { cause });
  }
  const result = labelsSchema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new ArgumentError(`--labels ${file}: ${issue?.path.join('.')}: ${issue?.message}`, remedy);
  }
  return result.data.map(({ service, from, to, label }, i) => ({
    id: String(i),
    service,
    signalId: null,
    label,
    ...readLabelRange(from, to, `--labels ${file}: entry ${i}`, nowMs),
    comment: '',
    author: '',
    createdMs: nowMs,
  }));
}

function readLabelRange(from: string, to: string, where: string, nowMs: number) {
  try {
    return parseRange(from, to, nowMs);
  } catch (cause) {
    throw new ArgumentError(
      `${where}: "${from}" to "${to}" is no range.`,
      'Write times as 2026-01-31T00:00:00Z, from before to.',
      { cause }
    );
  }
}

function render({ request, ...answer }: BacktestAnswer): string {
  const isKnown = answer.incidents.length > 0 || answer.alerts.some(({ hit }) => hit !== null);
  const known = (count: number): string => (isKnown ? String(count) : 'nothing known');
  const figures: readonly (readonly [string, string])[] = [
    ['detector', request.detector],
    ['range', `${toMinute(request.fromMs)} to ${toMinute(request.toMs)}`],
    ['step', `${answer.stepSeconds} s`],
    ['history before', `${(answer.warmUpMs / 86_400_000).toFixed(1)} days`],
    ['alerts', String(answer.alerts.length)],
    ['hits', known(answer.hits)],
    ['misses', known(answer.misses)],
    ['false alarms', known(answer.falseAlarms)],
    ['alerts per service-day', answer.alertsPerServiceDay.toFixed(3)],
    ['share unknown', answer.unknownShare.toFixed(4)],
  ];
  const alerts = answer.alerts.map((alert) => [
    toMinute(alert.openedMs),
    alert.closedMs === null ? 'open' : toMinute(alert.closedMs),
    alert.peakScore.toFixed(2),
    alert.hit === null ? 'not known' : alert.hit ? 'hit' : 'false alarm',
    alert.signalId === '' ? alert.service : alert.signalId,
  ]);
  const incidents = answer.incidents.map((incident) => [
    toMinute(incident.fromMs),
    toMinute(incident.toMs),
    incident.source,
    incident.detectedMs === null ? 'missed' : toMinute(incident.detectedMs),
    incident.service,
  ]);
  return [
    ...figures.map(([name, value]) => `${name.padEnd(24)}${value}`),
    ...table(['opened', 'closed', 'peak', 'it was', 'service or signal'], alerts),
    ...table(['incident from', 'to', 'known from', 'detected', 'service'], incidents),
    '',
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return rows.length === 0 ? [] : ['', line(head), ...rows.map(line)];
}

function toMinute(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');
}

async function main(options: ReturnType<typeof readOptions>): Promise<void> {
  const nowMs = Date.now();
  const range = parseRange(options.from, options.to, nowMs);
  if (!BACKTEST_TARGETS.includes(options.detector)) {
    throw new ArgumentError(
      `--detector "${options.detector}" is not known.`,
      `Choose one of ${BACKTEST_TARGETS.join(', ')}.`
    );
  }
  if (range.toMs - range.fromMs > 30 * 86_400_000) {
    throw new ArgumentError('--from and --to are more than 30 days apart.', 'Choose a shorter range.');
  }
  const url = options.prometheus ?? process.env['CAUSEWAY_PROMETHEUS_URL'] ?? 'http://127.0.0.1:9090';
  if (!URL.canParse(url)) {
    throw new ArgumentError(`--prometheus "${url}" is no URL.`, 'Give the base URL, such as http://127.0.0.1:9090.');
  }
  const { service, detector, namespace } = options;
  const threshold = readNumber('threshold', options.threshold, [0, 1]);
  const stepSeconds = readNumber('step', options.step, [15, 600]);
  const historyMinutes = Math.round(1440 * readNumber('history', options.history, [0.1, 30]));
  const labels = readLabels(options.labels, nowMs);
  process.stderr.write(`Reading ${new URL(url).host} ...\n`);
  const answer = await backtestPrometheus({
    url,
    namespace,
    stepSeconds,
    historyMinutes,
    request: { ...range, detector, threshold, ...(service === undefined ? {} : { service }) },
    labels,
    nowMs: Math.max(range.fromMs, range.toMs),
    signal: new AbortController().signal,
  });
  process.stdout.write(options.json ? `${JSON.stringify(answer)}\n` : render(answer));
}

const isArgument = (error: unknown): boolean =>
  error instanceof ArgumentError ||
  error instanceof TrainingError ||
  (error instanceof BackendError && error.status === 400);

await runCli({ help: HELP, readOptions, main, isArgument });
