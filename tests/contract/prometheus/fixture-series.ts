/** Start of the data set: a whole multiple of 2 h, so that it fills one block. Seconds since 1970. */
export const START_SECONDS = 1_699_999_200;
/** Length of the data set. */
export const LENGTH_SECONDS = 5400;
/** Samples up to here come from a block, later ones from a remote write. */
export const BLOCK_SECONDS = 3600;

/** A sample: seconds after the start, and a value or a stale marker (only after `BLOCK_SECONDS`). */
export type FixtureSample = readonly [offsetSeconds: number, value: number | 'stale'];

/** A series of the data set; `labels` include the metric name. */
export interface FixtureSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly FixtureSample[];
}

const STEP_SECONDS = 15;

/** A deterministic generator of whole numbers below `limit`. */
export function createRandom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

type ValueAt = (index: number) => number | 'stale' | undefined;

function series(name: string, labels: Record<string, string>, valueAt: ValueAt, phaseSeconds = 0): FixtureSeries {
  const samples: FixtureSample[] = [];
  for (let index = 0; index * STEP_SECONDS + phaseSeconds <= LENGTH_SECONDS; index++) {
    const value = valueAt(index);
    if (value !== undefined) {
      samples.push([index * STEP_SECONDS + phaseSeconds, value]);
    }
  }
  return { labels: { __name__: name, ...labels }, samples };
}

function counter(random: (limit: number) => number, pace: number, resetAt = -1): ValueAt {
  let value = random(1000);
  return (index) => {
    value = index === resetAt ? random(5) : value + random(pace);
    return value;
  };
}

function requestSeries(): FixtureSeries[] {
  const random = createRandom(7);
  const found: FixtureSeries[] = [];
  for (const service of ['cart', 'order', 'payment']) {
    for (const [code, pace] of [
      ['200', 60],
      ['404', 4],
      ['500', 2],
    ] as const) {
      found.push(series('requests_total', { service, code }, counter(random, pace, service === 'order' ? 200 : -1)));
    }
  }
  return found;
}

function histogramSeries(): FixtureSeries[] {
  const random = createRandom(11);
  const bounds = ['0.1', '0.5', '1', '2.5', '+Inf'];
  return ['cart', 'order'].flatMap((service) =>
    ['GET', 'POST'].flatMap((method) => {
      const totals = bounds.map(() => 0);
      const rows = Array.from({ length: LENGTH_SECONDS / STEP_SECONDS + 1 }, () => {
        let sum = 0;
        return bounds.map((_bound, at) => {
          sum += random(5);
          totals[at] = (totals[at] as number) + sum;
          return totals[at] as number;
        });
      });
      return bounds.map((le, at) => series('latency_bucket', { service, method, le }, (index) => rows[index]?.[at]));
    })
  );
}

function oddHistograms(): FixtureSeries[] {
  const flat = (name: string, labels: Record<string, string>, value: number): FixtureSeries =>
    series(name, labels, () => value);
  return [
    flat('odd_bucket', { kind: 'no_inf', le: '1' }, 4),
    flat('odd_bucket', { kind: 'no_inf', le: '2' }, 8),
    flat('odd_bucket', { kind: 'only_inf', le: '+Inf' }, 8),
    flat('odd_bucket', { kind: 'twice', le: '1' }, 3),
    flat('odd_bucket', { kind: 'twice', le: '1.0' }, 2),
    flat('odd_bucket', { kind: 'twice', le: '4' }, 9),
    flat('odd_bucket', { kind: 'twice', le: '+Inf' }, 10),
    flat('odd_bucket', { kind: 'falls', le: '1' }, 6),
    flat('odd_bucket', { kind: 'falls', le: '2' }, 5),
    flat('odd_bucket', { kind: 'falls', le: '3' }, 9),
    flat('odd_bucket', { kind: 'falls', le: '+Inf' }, 8),
    flat('odd_bucket', { kind: 'empty', le: '1' }, 0),
    flat('odd_bucket', { kind: 'empty', le: '+Inf' }, 0),
    flat('odd_bucket', { kind: 'negative', le: '-1' }, 4),
    flat('odd_bucket', { kind: 'negative', le: '+Inf' }, 8),
    flat('odd_bucket', { kind: 'bad', le: 'x' }, 4),
    flat('odd_bucket', { kind: 'nan', le: '1' }, Number.NaN),
    flat('odd_bucket', { kind: 'nan', le: '+Inf' }, 8),
    flat('odd2_bucket', { kind: 'empty', le: '1' }, 3),
    flat('odd2_bucket', { kind: 'empty', le: '+Inf' }, 3),
  ];
}

function gauges(): FixtureSeries[] {
  const random = createRandom(3);
  const wave = (scale: number): ValueAt => {
    let value = 0;
    return () => {
      value += random(17) - 8;
      return (value * scale) / 8;
    };
  };
  const special = [1, Number.NaN, 3, Number.POSITIVE_INFINITY, 2, Number.NEGATIVE_INFINITY, 0, -4];
  return [
    series('temperature', { room: 'attic', floor: '2' }, wave(1)),
    series('temperature', { room: 'cellar', floor: '-1' }, wave(2)),
    series('temperature', { room: 'hall', floor: '0' }, wave(4)),
    series('temperature', { room: 'kitchen', floor: '0' }, wave(1), 7),
    series('constant', { room: 'hall' }, () => 2.5),
    series('constant', { room: 'cellar' }, () => 0),
    series('special', { kind: 'mix' }, (index) => special[index % special.length]),
    series('special', { kind: 'nan' }, () => Number.NaN),
    series('special', { kind: 'number' }, (index) => index % 4),
    series('build_info', { service: 'cart', version: '1.2' }, () => 1),
    series('build_info', { service: 'order', version: '2.0' }, () => 1),
    series('tiny', { room: 'hall' }, (index) => index * 1e-12),
    series('huge', { room: 'hall' }, (index) => index * 1e200 * 1e20),
  ];
}

function gapsAndEnds(): FixtureSeries[] {
  const random = createRandom(23);
  const climb = counter(random, 9);
  const inBlock = BLOCK_SECONDS / STEP_SECONDS;
  return [
    series('gappy_total', { gap: 'long' }, (index) => (index > 60 && index < 110 ? undefined : climb(index))),
    series('gappy_total', { gap: 'short' }, (index) => (index % 7 === 3 ? undefined : index * 2)),
    series('gappy_total', { gap: 'once' }, (index) => (index === 150 ? 5 : undefined)),
    series('gappy_total', { gap: 'late' }, (index) => (index < 100 ? undefined : index)),
    series('gappy_total', { gap: 'early' }, (index) => (index > 120 ? undefined : index * 3)),
    series('ended', { how: 'marker' }, (index) =>
      index < inBlock + 20 ? index : index === inBlock + 20 ? 'stale' : undefined
    ),
    series('ended', { how: 'silence' }, (index) => (index <= inBlock + 20 ? index : undefined)),
    series('ended', { how: 'back' }, (index) =>
      index === inBlock + 30 ? 'stale' : index > inBlock + 30 && index < inBlock + 36 ? undefined : index
    ),
    series('alternates', { side: 'a' }, (index) => (Math.floor(index / 60) % 2 === 0 ? index : undefined)),
    series('alternates_too', { side: 'a' }, (index) => (Math.floor(index / 60) % 2 === 1 ? index : undefined)),
  ];
}

/** Counters, gauges and histograms with resets, gaps, ends, NaN and infinite values. */
export function hostileSeries(): readonly FixtureSeries[] {
  return [...requestSeries(), ...histogramSeries(), ...oddHistograms(), ...gauges(), ...gapsAndEnds()];
}
