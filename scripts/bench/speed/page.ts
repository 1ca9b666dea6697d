import { toFixed, toPage, toTable } from '../markdown.ts';
import type { Peers } from './peers.ts';
import type { ForestSpeed, TickSpeed } from './service-speed.ts';
import type { StreamSpeed } from './streaming.ts';

/** The answer of `bench:speed`. */
export interface SpeedAnswer {
  readonly schema: 'causeway.bench-speed/1';
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  /** Average number of runnable tasks in the minute before; above the number of cores every time is too long. */
  readonly loadBefore: number;
  readonly peer: { readonly pointsPerSecond: number };
  readonly streaming: Readonly<Record<string, StreamSpeed>>;
  readonly bulk: {
    readonly series: number;
    readonly points: number;
    readonly tier: 'light';
    readonly seconds: number;
    readonly measuredSeries: number;
  };
  readonly isolationForest: ForestSpeed;
  readonly tick: TickSpeed;
  readonly stateBytes: Readonly<
    Record<'lightSeries' | 'fullSeries' | 'service' | 'savedLightSeries' | 'savedFullSeries' | 'savedService', number>
  >;
  readonly drainLinesPerSecond: number;
  readonly drain: { readonly lines: number; readonly templates: number };
  readonly forecastMs: Readonly<Record<'seasonalAr' | 'ridgeLags' | 'mstl', number | null>>;
  readonly peers?: Peers;
}

const million = (value: number): string => `${toFixed(value / 1e6, value < 1e6 ? 3 : 1)} M`;
const ms = (value: number | null): string => (value === null ? '-' : `${toFixed(value, value < 10 ? 2 : 0)} ms`);
const kb = (value: number): string => `${toFixed(value / 1000, 0)} kB`;

/** The answer of the command as a page for people. */
export function speedPage(answer: SpeedAnswer): string {
  const { isolationForest, tick, bulk, stateBytes, forecastMs, cores, loadBefore } = answer;
  const busy = loadBefore > cores / 2 ? ' Other programs were running: the times are too long.' : '';
  return toPage(
    '# Speed benchmark',
    `\`npm run bench:speed -- --peers --write\` measures again and writes this page; \`--json\` prints one JSON line. One core, after a
warm-up, medians of at least five runs. No test asserts times; what can be compared between machines are the ratios.`,
    `Machine: ${answer.cpu}, ${cores} cores, Node ${answer.node}. Load before the run: ${toFixed(loadBefore, 1)}.${busy}`,
    '## Streams',
    `Points per second on ${bulk.measuredSeries} series of ${bulk.points} points. The ratio is to the sum of squares over the same points (${million(answer.peer.pointsPerSecond)}
points/s). Detectors alone are measured without gate and calibrator, the tiers are what the product runs.`,
    toTable(
      ['part', 'points/s', 'ratio'],
      Object.entries(answer.streaming).map(([name, speed]) => [
        name,
        million(speed.pointsPerSecond),
        toFixed(speed.ratioToPeer, 4),
      ])
    ),
    '## Everything else',
    toTable(
      ['figure', 'value'],
      [
        [
          `${bulk.series.toLocaleString('en')} series x ${bulk.points} points, ${bulk.tier} tier (scaled from ${bulk.measuredSeries} series)`,
          `${toFixed(bulk.seconds, 1)} s`,
        ],
        [`Isolation forest, fit of ${isolationForest.rows} x ${isolationForest.features}`, ms(isolationForest.fitMs)],
        [
          'Isolation forest, 120 rows, median and p99',
          `${ms(isolationForest.score120P50Ms)}, ${ms(isolationForest.score120P99Ms)}`,
        ],
        ['Isolation forest, 20,000 rows', ms(isolationForest.score20kMs)],
        ['Fit of one service model on two weeks', ms(tick.fitMs)],
        [
          `Tick of ${tick.services} services x ${tick.features} features, median, p99, longest`,
          `${ms(tick.p50Ms)}, ${ms(tick.p99Ms)}, ${ms(tick.maxMs)}`,
        ],
        [
          'State of a light series, a full series, a service in memory',
          `${kb(stateBytes.lightSeries)}, ${kb(stateBytes.fullSeries)}, ${kb(stateBytes.service)}`,
        ],
        [
          'The same as saved bytes',
          `${kb(stateBytes.savedLightSeries)}, ${kb(stateBytes.savedFullSeries)}, ${kb(stateBytes.savedService)}`,
        ],
        [
          `Log template mining on ${answer.drain.lines} lines of the demo`,
          `${Math.round(answer.drainLinesPerSecond).toLocaleString('en')} lines/s`,
        ],
        [
          'Forecast of an hour: seasonal AR, ridge on lags, MSTL',
          `${ms(forecastMs.seasonalAr)}, ${ms(forecastMs.ridgeLags)}, ${ms(forecastMs.mstl)}`,
        ],
      ]
    ),
    peersSection(answer.peers)
  );
}

function peersSection(peers: Peers | undefined): string {
  if (peers === undefined) {
    return '';
  }
  if ('skipped' in peers) {
    return `## Others in the same run\n\nSkipped: ${peers.skipped}.`;
  }
  const { scikitLearn, statsmodels, ratios } = peers;
  return toPage(
    '## Others in the same run',
    `scikit-learn ${scikitLearn.version} (IsolationForest, 100 trees of 256) and statsmodels ${statsmodels.version} (STL of 2,016 points, period 288), one core.`,
    toTable(
      ['work', 'theirs', 'times faster'],
      [
        ['forest, fit', ms(scikitLearn.fitMs), toFixed(ratios.forestFit, 1)],
        ['forest, 120 rows', ms(scikitLearn.score120Ms), toFixed(ratios.forestScore120, 1)],
        ['forest, 20,000 rows', ms(scikitLearn.score20kMs), toFixed(ratios.forestScore20k, 1)],
        ['STL against seasonal AR and ridge', ms(statsmodels.stlMs), toFixed(ratios.seasonalArAndRidgeToStl, 1)],
      ]
    )
  ).trimEnd();
}
