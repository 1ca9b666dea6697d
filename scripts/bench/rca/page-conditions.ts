import { toFixed, toTable } from '../markdown.ts';
import type { RcaAnswer } from './answer.ts';
import type { ConcurrentFigures, SetFigures } from './concurrent.ts';
import { accuracyCells } from './page-cells.ts';
import type { SpeedFigures } from './speed.ts';

const CONDITIONS: Readonly<Record<string, string>> = {
  asPacked: 'as it is',
  noGraph: 'no call graph',
  metricsOnly: 'no traces, no logs',
  wrongEdges10: '10 % of the calls lead elsewhere',
  silentServices20: '20 % of the services send nothing',
  oneMinuteHistory: 'one minute of history',
  fiveRowHistory: 'five rows of history',
  shiftedClocks30: 'clocks of 30 % of the services one unit off',
  missingSamples30: '30 % of the samples missing',
  onsetEarly: 'onset one unit early',
  guard2: 'onset right, guard of two units',
  onsetLateNoGuard: 'onset one unit late, no guard',
  onsetLateGuard2: 'onset one unit late, guard of two units',
  onset2LateGuard2: 'onset two units late, guard of two units',
};

/** Worse telemetry, several causes, speed. */
export function conditionSections({ robustness, concurrent, speed, bySystem }: RcaAnswer): readonly string[] {
  return [
    ...(robustness ? robustnessSection(robustness, Object.keys(bySystem)) : []),
    ...(concurrent ? concurrentSection(concurrent) : []),
    ...(speed ? speedSection(speed) : []),
  ];
}

function robustnessSection(
  robustness: NonNullable<RcaAnswer['robustness']>,
  systems: readonly string[]
): readonly string[] {
  return [
    '## Worse telemetry',
    `The shipped weights on the same incidents with parts of the telemetry taken away or spoilt. A unit is a minute, or one row where rows are further
apart. The faulty service never falls silent: nobody could find it then. With one minute of history few series have the five values that a
series needs; what has none is answered with "insufficient data".`,
    toTable(
      [
        'Condition',
        'incidents',
        'top-1',
        'top-3',
        'mean of top-1 to 5',
        'named none',
        'insufficient data',
        'exceptions',
        ...systems,
      ],
      Object.entries(robustness).map(([name, own]) => [
        CONDITIONS[name] ?? name,
        ...accuracyCells(own),
        `${own.abstained - own.insufficient}`,
        `${own.insufficient}`,
        `${own.exceptions}`,
        ...systems.map((system) => toFixed(own.bySystem[system]?.top1, 2)),
      ])
    ),
  ];
}

function concurrentSection({ single, pairs }: ConcurrentFigures): readonly string[] {
  const row = (name: string, own: SetFigures): readonly string[] => [
    name,
    `${own.cases}`,
    ...[own.first, own.precision, own.recall, own.exact].map((value) => toFixed(value, 3)),
  ];
  return [
    '## Two causes at once',
    `No public data has labelled double faults. Here what the second of two incidents of a system adds to its baseline is added to the first one.`,
    toTable(
      ['Incidents', 'number', 'first name right', 'precision of the set', 'recall of the set', 'set exact'],
      [
        row('one fault', single),
        row('two faults', pairs),
        ...Object.entries(pairs.bySystem).map(([name, own]) => row(`two faults, ${name}`, own)),
      ]
    ),
  ];
}

function speedSection(speed: readonly SpeedFigures[]): readonly string[] {
  const perService = ({ p50Ms, services }: SpeedFigures): number => p50Ms / services;
  return [
    '## Cost',
    `Processor time of ranking a loaded incident, in one thread: eleven series per service, ${speed[0]?.baselineRows ?? 0} rows of history, calls eight deep. The cost grows with the
number of series; the graph hardly counts. Memory added holds garbage that was not yet collected.`,
    toTable(
      [
        'Services',
        'series',
        'median, ms',
        '99th percentile, ms',
        'ms per service',
        'values of the incident, MiB',
        'added while ranking, MiB',
      ],
      speed.map((own) => [
        `${own.services}`,
        `${own.series}`,
        toFixed(own.p50Ms, 1),
        toFixed(own.p99Ms, 1),
        toFixed(perService(own), 2),
        toFixed(own.caseMiB, 0),
        toFixed(own.rankingMiB, 0),
      ])
    ),
    plotOf(speed),
  ];
}

const BAR = 48;

/** Cost against the number of services as bars of text. */
function plotOf(speed: readonly SpeedFigures[]): string {
  const most = Math.max(...speed.map(({ p50Ms }) => p50Ms));
  const lines = speed.map(({ services, p50Ms }) => {
    const bar = '#'.repeat(Math.max(1, Math.round((BAR * p50Ms) / most)));
    return `${String(services).padStart(5)} services ${bar} ${toFixed(p50Ms, 0)} ms`;
  });
  return ['```text', ...lines, '```'].join('\n');
}
