import os from 'node:os';
import type { DemoFigures } from './demo.ts';
import type { FleetFigures } from './fleet.ts';
import { toTable } from './markdown.ts';
import type { QueryFigures } from './query.ts';

const PAGES = [
  ['this one', '`npm run bench -- --write`', 'how fast the parts are that people wait for'],
  [
    '[detection](benchmarks/detection.md)',
    '`npm run bench:detection -- --data DIR --write`',
    'scores on public data and injected incidents beside published ones',
  ],
  [
    '[forecast](benchmarks/forecast.md)',
    '`npm run bench:forecast -- --data DIR --write`',
    'errors of forecasts, coverage of bands, early warnings of saturation',
  ],
  [
    '[LSTM](benchmarks/lstm.md)',
    '`npm run bench:lstm -- --data DIR --write`',
    'what the optional sequence model gains',
  ],
  [
    '[speed](benchmarks/speed.md)',
    '`npm run bench:speed -- --peers --write`',
    'speed and state of detectors, ratios to other implementations',
  ],
  ['[demo](benchmarks/demo.md)', '`npm run bench:demo -- --write`', 'faults of the simulated shop, quiet days'],
  [
    '[root-cause ranking](benchmarks/rca.md)',
    '`npm run bench:rca -- --data DIR --write`',
    'faulty services found in public incidents, beside other methods; on systems never seen',
  ],
  ['[causes](benchmarks/causes.md)', '`npm run bench:causes -- --write`', 'causes named for the faults of the shop'],
  [
    '[analysis](benchmarks/analysis.md)',
    '`npm run bench:analysis -- --write`',
    'what a whole analysis costs, from thirty to a thousand services',
  ],
  [
    '[effects](benchmarks/effects.md)',
    '`npm run bench:effects -- --data DIR --write`',
    'coverage of intervals and false alarms of causal effects',
  ],
  [
    '[graph](benchmarks/graph.md)',
    '`npm run bench:graph -- --write`',
    'frames per second while the service graph moves, time to its first drawing',
  ],
  [
    '[executor](benchmarks/executor.md)',
    '`npm run bench:executor -- --write`',
    'audited transactions per second, plan to first effect, recovery, memory',
  ],
] as const;

/** Where the figures come from. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly date: string;
  /** Average number of runnable tasks in the minute before the run; above the number of cores the figures are too high. */
  readonly loadBefore: number;
}

/** Everything that is measured. */
export interface Figures {
  readonly machine: Machine;
  readonly startToHandshakeMs: number;
  readonly query: QueryFigures;
  readonly fleet: FleetFigures;
  readonly demo: DemoFigures;
}

/** Names this machine, without anything that identifies it. */
export function describeMachine(): Machine {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
    loadBefore: os.loadavg()[0] ?? 0,
  };
}

const ms = (value: number | null): string =>
  value === null ? 'not measured' : value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${value.toFixed(0)} ms`;

function fleetRows(fleet: FleetFigures): readonly (readonly [string, string])[] {
  const name = `${fleet.services} services x ${fleet.features} features`;
  const mib = (value: number): string => `${value.toFixed(0)} MiB`;
  return [
    [`${name}: first answer after a start, two weeks of history`, ms(fleet.startMs)],
    [`${name}: an alert rule in a new minute, and again`, `${ms(fleet.liveFirstMs)}, ${ms(fleet.liveAgainMs)}`],
    ['Ratio to the peer, new minute', fleet.liveRatio.toFixed(1)],
    [`${name}: root-cause analysis of half an hour, request to report`, ms(fleet.analysisMs)],
    ['Ratio to the peer over the same hours', fleet.analysisRatio.toFixed(1)],
    [
      `${name}: replay of an hour of the past, first and again`,
      `${ms(fleet.replayFirstMs)}, ${ms(fleet.replayAgainMs)}`,
    ],
    ['Ratio to the peer; processor time', `${fleet.replayRatio.toFixed(1)}; ${ms(fleet.replayProcessorMs)}`],
    ['Resident memory after that: backend, analysis', `${mib(fleet.memoryMiB)}, ${mib(fleet.analysisMemoryMiB)}`],
  ];
}

/** The figures as the page `docs/benchmarks.md`. */
export function toMarkdown({ machine, startToHandshakeMs, query, fleet, demo }: Figures): string {
  const rows: readonly (readonly [string, string])[] = [
    ['Start of the backend process to its handshake', ms(startToHandshakeMs)],
    [`QueryData, ${query.series} series x ${query.pointsPerSeries} points, nothing read before`, ms(query.coldMs)],
    ['The same range again', ms(query.againMs)],
    ['Peer: fetch, parse and write the same number of points', ms(query.peerMs)],
    ['Ratio to the peer, first and again', `${query.coldRatio.toFixed(1)} and ${query.againRatio.toFixed(1)}`],
    ...fleetRows(fleet),
    ['One look of the watch (read all signals, score, rank where something is wrong)', ms(demo.watchTickMs)],
    ['Root-cause analysis of one hour, request to report', ms(demo.analysisMs)],
    ['Overview usable, empty browser cache', ms(demo.pageColdMs)],
    ['Overview usable, filled browser cache', ms(demo.pageWarmMs)],
    ['Whole demo, command to usable address (three hours of history)', ms(demo.startMs)],
    ...Object.entries(demo.memoryMiB).map(
      ([name, value]) => [`Idle resident memory: ${name}`, `${value.toFixed(0)} MiB`] as const
    ),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const valueWidth = Math.max(...rows.map(([, value]) => value.length));
  const line = (name: string, value: string): string => `| ${name.padEnd(width)} | ${value.padEnd(valueWidth)} |`;
  return `# Benchmarks

${toTable(['Page', 'Command', 'What it shows'], PAGES)}

\`npm run bench -- --write\` measures again and writes this page; \`--json\` prints the figures as one JSON line. No test asserts
them: they differ from machine to machine, and the ratio is what can be compared.

Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}.
Date: ${machine.date}. Load before the run: ${machine.loadBefore.toFixed(1)}${machine.loadBefore > machine.cores / 2 ? ' (other programs were running: the times are too long)' : ''}.

${line('Figure', 'Value')}
| ${'-'.repeat(width)} | ${'-'.repeat(valueWidth)} |
${rows.map(([name, value]) => line(name, value)).join('\n')}

Times are medians of five runs, the look of the watch and the start of the demo are single ones. The built backend runs as
Grafana starts it and is asked over gRPC. The upstream of QueryData is a fake Prometheus in the measuring process that answers
from memory; it gives two signals for each service, and the backend reads the history that the scores need besides the
range. The peer does the least that any backend would do for such an answer, in one process: fetch one signal over the same range,
parse the JSON, write one Arrow frame per series; no scores, no second process, no gRPC.

The services of the fleet have ten features that discovery finds and one of the user, on a grid of a minute, and the usual
signals besides. Rules are asked when ${fleet.historyMinutes / 60} hours of history are judged (\`--two-weeks\`: fourteen days, which
takes many minutes more). A replay is of an hour that no reading is kept of; Grafana gives up an alert evaluation after 30 s. The
peer fetches the eleven features of the same range and writes a frame for each service. Memory is the resident set of each process
twenty seconds after the start of the demo, with the watch on. A page is usable when the services with their states are on
it; the time counts from the beginning of the navigation.
`;
}
