import type { DetectorId } from '#model';
import { SERIES_DETECTORS } from '../anomaly/series/null-table.ts';
import { SeriesModel } from '../anomaly/series/series-model.ts';

/** Columns of the null table: exceedance probabilities 1e-1 to 1e-5; the last is extrapolated. */
export const NULL_COLUMNS = 5;
const POINTS = 12_096;
const DROPPED = 4032;
const PER_DAY = 288;
const STEP_SECONDS = 300;
const REPEATS = 8;

type Random = () => number;

function lcg(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 4_294_967_296;
  };
}

const normal = (random: Random): number => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());

function autoregressive(random: Random, phi: number, noise: number, shape: (v: number, i: number) => number) {
  const values = new Float64Array(POINTS);
  let state = 0;
  for (let i = 0; i < POINTS; i += 1) {
    state = phi * state + noise * normal(random);
    values[i] = shape(state, i);
  }
  return values;
}

function poisson(random: Random, mean: number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) {
    count += 1;
  }
  return count;
}

const day = (i: number): number => (2 * Math.PI * i) / PER_DAY;

/** Healthy streams: independent normal, AR(.9), two daily harmonics with AR(.8), lognormal AR(.7), Poisson by day. */
export const HEALTHY: readonly ((random: Random) => Float64Array)[] = [
  (random) => autoregressive(random, 0, 1, (v) => v),
  (random) => autoregressive(random, 0.9, 1, (v) => v),
  (random) => autoregressive(random, 0.8, 1, (v, i) => 100 + 10 * Math.sin(day(i)) + 4 * Math.sin(2 * day(i)) + v),
  (random) => autoregressive(random, 0.7, 0.5, (v) => Math.exp(v)),
  (random) => autoregressive(random, 0, 0, (_, i) => poisson(random, 3 + 2 * Math.sin(day(i)))),
];

/** One stream of member surprisals, points x all detectors; 0 for those that were not asked. */
function memberStreams(values: Float64Array, detectors: readonly DetectorId[]): Float64Array {
  const model = new SeriesModel({ stepSeconds: STEP_SECONDS, tier: 'full', grid: false, detectors });
  const columns = detectors.map((detector) => SERIES_DETECTORS.indexOf(detector));
  const streams = new Float64Array(values.length * SERIES_DETECTORS.length);
  values.forEach((value, i) => {
    const { members } = model.step(1000 * STEP_SECONDS * i, value);
    members.forEach((member, k) => {
      streams[i * SERIES_DETECTORS.length + (columns[k] ?? 0)] = member.surprisal;
    });
  });
  return streams;
}

/** One row of the null table: quantiles of the 3-point mean over the members of a set. */
export function nullRow(streams: readonly Float64Array[], members: number): number[] {
  const width = SERIES_DETECTORS.length;
  const chosen = SERIES_DETECTORS.map((_, k) => k).filter((k) => (members >> k) & 1);
  const all = new Float64Array(streams.length * (POINTS - DROPPED));
  let at = 0;
  for (const stream of streams) {
    let [before, now] = [0, 0];
    for (let i = DROPPED - 2; i < POINTS; i += 1) {
      let sum = 0;
      for (const k of chosen) {
        sum += stream[i * width + k] ?? 0;
      }
      const mean = sum / chosen.length;
      if (i >= DROPPED) {
        all[at] = (mean + now + before) / 3;
        at += 1;
      }
      [before, now] = [now, mean];
    }
  }
  all.sort();
  const row = [0.9, 0.99, 0.999, 0.9999].map((p) => all[Math.floor(p * (all.length - 1))] ?? 0);
  return [...row, 2 * (row[3] ?? 0) - (row[2] ?? 0)];
}

/** Streams of all healthy kinds; the same on every machine. */
export function healthyStreams(
  seed: number,
  repeats: number,
  detectors: readonly DetectorId[] = SERIES_DETECTORS,
  progress?: (done: number, all: number) => void
): Float64Array[] {
  const random = lcg(seed);
  const streams: Float64Array[] = [];
  for (const kind of HEALTHY) {
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      streams.push(memberStreams(kind(random), detectors));
      progress?.(streams.length, repeats * HEALTHY.length);
    }
  }
  return streams;
}

/** All rows of the null table: every set of the first eight detectors, then the others alone. */
export function measureNullRows(progress?: (done: number, all: number) => void): number[][] {
  const streams = healthyStreams(21, REPEATS, SERIES_DETECTORS, progress);
  const sets = Array.from({ length: 255 }, (_, i) => i + 1);
  const alone = SERIES_DETECTORS.slice(8).map((_, i) => 256 << i);
  return [...sets, ...alone].map((members) => nullRow(streams, members));
}
