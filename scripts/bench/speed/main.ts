import os from 'node:os';
import { parseArgs } from 'node:util';
import { runCommand, say } from '../command.ts';
import { roundAll } from '../detection/round.ts';
import { BenchError } from '../packs/bench-error.ts';
import { drainSpeed, forecastSpeed } from './logs-and-forecasts.ts';
import { speedPage, type SpeedAnswer } from './page.ts';
import { measurePeers } from './peers.ts';
import { forestSpeed, tickSpeed } from './service-speed.ts';
import { bytesEach } from './state-bytes.ts';
import { CONSUMERS, peerSpeed, runTier, streamSpeed } from './streaming.ts';
import { ServiceModel } from '#engine';
import { dailySeries, WEEK_POINTS } from './workload.ts';

const PAGE = 'docs/benchmarks/speed.md';
const USAGE = 'npm run bench:speed -- [--json] [--write] [--peers] [--series 300]';
const DEFAULT_SERIES = 300;
const BULK_SERIES = 10_000;
/** Enough that every ring is full. */
const STATE_POINTS = 8200;

runCommand(async (argv) => {
  const { json = false, write = false, peers = false, measuredSeries } = parse(argv);
  const loadBefore = os.loadavg()[0] ?? 0;
  const series = dailySeries(measuredSeries);
  say('sum of squares');
  const peer = peerSpeed(series);
  const streaming = Object.fromEntries(
    Object.entries(CONSUMERS).map(([name, consume]) => {
      const speed = streamSpeed(consume, series, peer);
      say(`${name}: ${Math.round(speed.pointsPerSecond).toLocaleString('en')} points/s`);
      return [name, speed] as const;
    })
  );
  say('isolation forest, ticks, state, logs, forecasts');
  const isolationForest = forestSpeed();
  const { speed: tick, model } = tickSpeed();
  const drain = drainSpeed();
  const forecastMs = await forecastSpeed();
  const lightSpeed = streaming.lightTier?.pointsPerSecond ?? Number.NaN;
  const answer: SpeedAnswer = {
    schema: 'causeway.bench-speed/1',
    node: process.version,
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.cpus().length,
    loadBefore,
    peer: { pointsPerSecond: peer },
    streaming,
    bulk: {
      series: BULK_SERIES,
      points: WEEK_POINTS,
      tier: 'light',
      seconds: (BULK_SERIES * WEEK_POINTS) / lightSpeed,
      measuredSeries,
    },
    isolationForest,
    tick,
    stateBytes: await measureState(model),
    drainLinesPerSecond: drain.linesPerSecond,
    drain: { lines: drain.lines, templates: drain.templates },
    forecastMs,
    ...(peers
      ? {
          peers: measurePeers({
            fitMs: isolationForest.fitMs,
            score120Ms: isolationForest.score120P50Ms,
            score20kMs: isolationForest.score20kMs,
            seasonalArAndRidgeMs: (forecastMs.seasonalAr ?? Number.NaN) + (forecastMs.ridgeLags ?? Number.NaN),
          }),
        }
      : {}),
  };
  return { answer: roundAll(answer) as SpeedAnswer, json, write, page: PAGE, toPage: speedPage };
});

async function measureState(model: ServiceModel): Promise<SpeedAnswer['stateBytes']> {
  const [values = new Float64Array()] = dailySeries(1, STATE_POINTS);
  const saved = model.save();
  return {
    lightSeries: await bytesEach(40, () => runTier(values, 'light')),
    fullSeries: await bytesEach(10, () => runTier(values, 'full')),
    service: await bytesEach(20, () => ServiceModel.load(saved)),
    savedLightSeries: runTier(values, 'light').save().length,
    savedFullSeries: runTier(values, 'full').save().length,
    savedService: saved.length,
  };
}

function parse(args: readonly string[]): {
  json?: boolean;
  write?: boolean;
  peers?: boolean;
  measuredSeries: number;
} {
  const flag = { type: 'boolean' } as const;
  try {
    const options = { json: flag, write: flag, peers: flag, series: { type: 'string' } } as const;
    const { series, ...flags } = parseArgs({ args: [...args], options }).values;
    const measuredSeries = Number(series ?? DEFAULT_SERIES);
    if (!Number.isInteger(measuredSeries) || measuredSeries < 1) {
      throw new Error(`--series cannot be "${series}".`);
    }
    return { ...flags, measuredSeries };
  } catch (cause) {
    throw new BenchError(`${(cause as Error).message}\n${USAGE}`, { usage: true, cause });
  }
}
