import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QualityVerdict, ServiceAnomaly, SignalKind } from '#model';
import { qualityChecks } from '../../../src/backend/detection/quality-checks.ts';
import { seriesQuality } from '../../../src/backend/detection/series-quality.ts';
import type { SeriesTrack } from '../../../src/backend/detection/series-track.ts';
import { type Defect, DefectiveShop, type WrittenPoint } from '../../support/defective-shop.ts';
import type { DecodedFrame } from '../../support/plugin-driver/decode-frame.ts';

const MINUTE = 60_000;
const STEP = 15_000;
const startMs = Date.UTC(2026, 0, 5, 9);
/** Long enough before for a series to count as constant: 288 points. */
const brokenMs = startMs + 76 * MINUTE;
const wholeMs = brokenMs + 12 * MINUTE;
/** Long enough after for what was sparse or strange to be forgotten. */
const endMs = wholeMs + 19 * MINUTE;

const LATENCY = /^histogram_quantile/;
const ERRORS = /^\(sum by \(service\) .*status_code/;
const RATE = /^sum by \(service\) \(rate\(traces_spanmetrics_calls_total/;
const CPU = /rate\(container_cpu_usage/;
const MEMORY = /^max by \(container.*container_memory_working_set_bytes[^/]*$/;
const COUNTER = 'sum by (service_name) (http_server_request_duration_seconds_count)';

type Write = Defect['write'];
const values =
  (change: (value: unknown, index: number) => unknown): Write =>
  (points) =>
    points.map(([seconds, value], i) => [seconds, change(value, i)]);
const to = (value: unknown): Write => values(() => value);
const twice: Write = (points) => points.flatMap((point): WrittenPoint[] => [point, [Number(point[0]) + 0.001, '59']]);
const backwards: Write = (points) =>
  points.flatMap((point, i): readonly WrittenPoint[] => (i % 2 === 0 ? [points[i + 1] ?? point, point] : []));

/** A defect of all signals of a kind of one service, and what it is called while it lasts. */
interface Case {
  readonly title: string;
  readonly service: string;
  readonly kind: SignalKind;
  readonly expr: RegExp;
  readonly write: Write;
  readonly verdict: QualityVerdict;
  /** From the beginning, where the verdict looks back for long. */
  readonly fromMs?: number;
}

/** Points that are not scored. */
const UNSCORED: readonly Case[] = [
  { title: 'a gap', service: 'cart', kind: 'latency', expr: LATENCY, write: () => [], verdict: 'gap' },
  { title: 'a standstill', service: 'cart', kind: 'request-rate', expr: RATE, write: to('12.5'), verdict: 'stale' },
  { title: 'less than nothing', service: 'cart', kind: 'cpu', expr: CPU, write: to('-0.5'), verdict: 'out-of-range' },
  { title: '60,000 ms', service: 'gateway', kind: 'latency', expr: LATENCY, write: to('60'), verdict: 'out-of-range' },
  {
    title: 'too much',
    service: 'gateway',
    kind: 'error-ratio',
    expr: ERRORS,
    write: to('1.5'),
    verdict: 'out-of-range',
  },
  {
    title: 'an absurdity',
    service: 'gateway',
    kind: 'memory',
    expr: MEMORY,
    write: to('1e308'),
    verdict: 'out-of-range',
  },
  { title: 'NaN', service: 'user', kind: 'latency', expr: LATENCY, write: to('NaN'), verdict: 'invalid' },
  { title: 'infinity', service: 'user', kind: 'error-ratio', expr: ERRORS, write: to('+Inf'), verdict: 'invalid' },
  { title: 'minus infinity', service: 'user', kind: 'cpu', expr: CPU, write: to('-Inf'), verdict: 'invalid' },
];

/** Points that are scored, on a path of their own. */
const SCORED: readonly Case[] = [
  {
    title: 'rest',
    service: 'catalog',
    kind: 'memory',
    expr: MEMORY,
    write: to('1e8'),
    verdict: 'constant',
    fromMs: startMs,
  },
  {
    title: 'mostly zeros',
    service: 'catalog',
    kind: 'cpu',
    expr: CPU,
    write: values((value, i) => (i % 9 === 0 ? value : '0')),
    verdict: 'sparse',
    fromMs: startMs,
  },
];

const TWICE = { service: 'catalog', kind: 'latency', expr: LATENCY } as const;
const BACKWARDS = { service: 'checkout', kind: 'cpu', expr: CPU } as const;
const RESET = { service: 'checkout', kind: 'user-defined', expr: /^sum by \(service_name\)/ } as const;
const NO_NUMBER = { service: 'checkout', kind: 'restarts', expr: /restarts_total/ } as const;
const BLOCKED = 'inventory';
const VANISHED = 'shipping';
const services = ['cart', 'gateway', 'user', 'catalog', 'checkout', BLOCKED, VANISHED];

let isGarbled = true;
let before: number | undefined;
const defects: readonly Defect[] = [
  ...[...UNSCORED, ...SCORED].map(({ fromMs = brokenMs, ...rest }) => ({ ...rest, fromMs, toMs: wholeMs })),
  { ...TWICE, fromMs: brokenMs, toMs: wholeMs, write: twice },
  { ...BACKWARDS, fromMs: brokenMs, toMs: wholeMs, write: backwards },
  // A store holds numbers only: what is between it and us writes this, for as long as that is broken.
  { ...NO_NUMBER, fromMs: brokenMs, toMs: wholeMs, write: (points) => (isGarbled ? to('slow')(points) : points) },
  { service: BLOCKED, expr: /./, fromMs: brokenMs, toMs: wholeMs, write: to('NaN') },
  { service: VANISHED, expr: /./, fromMs: brokenMs, toMs: wholeMs, write: () => [] },
  {
    // Begins again at zero, as after a restart, and goes on from there.
    ...RESET,
    fromMs: brokenMs,
    toMs: Infinity,
    write: (points) => {
      before ??= points[0] && Number(points[0][1]);
      return points.map(([seconds, value]) => [seconds, String(Number(value) - (before ?? 0))]);
    },
  },
];

/** What is known and shown at an instant. */
interface Shown {
  /** The newest instant that is judged. */
  readonly atMs: number;
  readonly services: ReadonlyMap<string, ServiceAnomaly>;
  readonly frames: ReadonlyMap<string, readonly DecodedFrame[]>;
}

let shop: DefectiveShop;
let during: Shown;
let after: Shown;

async function look(): Promise<Shown> {
  const nowMs = shop.datasource.clock.now();
  const atMs = nowMs - STEP;
  const { judgement } = await shop.datasource.assess(nowMs);
  const frames = new Map<string, readonly DecodedFrame[]>();
  const ask = async (query: { readonly queryType: string; readonly signal?: string; readonly service?: string }) =>
    frames.set(Object.values(query).join(' '), await shop.ask(query, brokenMs, atMs));
  await ask({ queryType: 'anomaly-score' });
  await ask({ queryType: 'data-quality' });
  await ask({ queryType: 'services' });
  for (const { service, kind: signal } of [...UNSCORED, ...SCORED, TWICE, RESET]) {
    await ask({ queryType: 'anomaly-score', signal, service });
  }
  return { atMs, services: new Map(judgement.services.map((one) => [one.service, one])), frames };
}

beforeAll(async () => {
  const signals = [{ name: 'requests', query: COUNTER, serviceLabel: 'service_name', unit: 'count', harm: 'both' }];
  shop = await DefectiveShop.open({ startMs, services, defects, detection: { signals, fullTierSeries: 10 } });
  shop.advanceTo(brokenMs - STEP);
  await shop.datasource.assess(shop.datasource.clock.now());
  shop.advanceTo(wholeMs - STEP);
  during = await look();
  isGarbled = false;
  shop.advanceTo(endMs);
  after = await look();
});
afterAll(() => shop.close());

type Wanted = Pick<Case, 'service' | 'kind' | 'expr'>;

function tracksOf({ service, kind, expr }: Wanted): readonly SeriesTrack[] {
  const tracks = [...(shop.datasource.detection.newest?.service(service)?.series.values() ?? [])].filter(
    ({ identity }) => identity.kind === kind && expr.test(identity.query)
  );
  expect(tracks.length).toBeGreaterThan(0);
  return tracks;
}

/** Verdict and reading of the signals that have a defect. */
function statesOf(wanted: Wanted, { atMs }: Shown) {
  return tracksOf(wanted).map((track) => ({
    verdict: track.qualityAt(atMs),
    recent: seriesQuality(track, atMs).verdict,
    reading: track.isSilent(atMs) ? 'unknown' : track.readings.readingAt(track.readings.indexAt(atMs)).kind,
  }));
}

/** The last cell of each frame of a query, by name and signal or service. */
function shownOf({ frames }: Shown, query: string): ReadonlyMap<string, unknown> {
  return new Map(
    (frames.get(query) ?? []).flatMap(({ fields }) =>
      fields
        .filter(({ name }) => name !== 'time')
        .map(({ name, labels, values: cells }) => [
          `${name} ${labels['signal'] ?? labels['service'] ?? ''}`,
          cells.at(-1),
        ])
    )
  );
}

function scoreOf(shown: Shown, { service, kind }: Wanted): unknown {
  return shownOf(shown, `anomaly-score ${kind} ${service}`).get(`anomaly_score ${service}`);
}

/** A column of the table of services, for one of them. */
function cellOf({ frames }: Shown, service: string, column: string): unknown {
  const fields = frames.get('services')?.[0]?.fields ?? [];
  const row = fields.find(({ name }) => name === 'service')?.values.indexOf(service) ?? -1;
  return fields.find(({ name }) => name === column)?.values[row];
}

describe.each(UNSCORED)('$title in $kind of $service', (wanted) => {
  it('is called what it is and has no score, in the runtime and on the screen', () => {
    for (const state of statesOf(wanted, during)) {
      expect(state).toEqual({ verdict: wanted.verdict, recent: wanted.verdict, reading: 'unknown' });
    }
    expect(scoreOf(during, wanted)).toBeNull();
    const own = during.services.get(wanted.service)?.signals.filter(({ kind }) => kind === wanted.kind) ?? [];
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter(({ quality }) => quality !== wanted.verdict)).toEqual([]);
    expect(shownOf(during, 'data-quality').get(`failed_share ${wanted.service}`)).toBeGreaterThan(0);
  });

  it('is over when it is over', () => {
    for (const state of statesOf(wanted, after)) {
      expect(state).toEqual({ verdict: 'ok', recent: 'ok', reading: 'scored' });
    }
    expect(scoreOf(after, wanted)).toBeLessThan(0.7);
    expect(shownOf(after, 'data-quality').get(`failed_share ${wanted.service}`)).toBe(0);
  });
});

describe.each(SCORED)('$title in $kind of $service', (wanted) => {
  it('is called what it is and scored, until it is over', () => {
    for (const state of statesOf(wanted, during)) {
      expect(state).toEqual({ verdict: wanted.verdict, recent: wanted.verdict, reading: 'scored' });
    }
    expect(scoreOf(during, wanted)).toBeLessThan(0.7);
    expect(statesOf(wanted, after).map(({ verdict }) => verdict)).toEqual(tracksOf(wanted).map(() => 'ok'));
  });
});

describe('a gap', () => {
  it('ends in a dozen points that are not judged yet', () => {
    for (const { readings } of tracksOf(UNSCORED[0] as Case)) {
      const first = readings.indexAt(wholeMs);
      const verdicts = Array.from({ length: 14 }, (_, i) => readings.qualityAt(first + i));
      expect(verdicts).toEqual([...new Array<string>(12).fill('gap'), 'ok', 'ok']);
    }
  });
});

describe('a standstill', () => {
  it('is one only after longer than the rate ever rested', () => {
    for (const { readings } of tracksOf(UNSCORED[1] as Case)) {
      const first = readings.indexAt(brokenMs);
      expect([10, 22, 23, 40].map((i) => readings.qualityAt(first + i))).toEqual(['ok', 'ok', 'stale', 'stale']);
    }
  });
});

describe('a counter that begins anew', () => {
  it('is judged by its rate, and its reset is unknown', () => {
    for (const { readings } of tracksOf(RESET)) {
      const first = readings.indexAt(brokenMs);
      expect(readings.qualityAt(first)).toBe('counter-reset');
      expect(readings.readingAt(first)).toEqual({ kind: 'unknown', why: 'counter-reset' });
      const later = Array.from({ length: 100 }, (_, i) => first + 1 + i);
      expect(later.filter((i) => readings.qualityAt(i) !== 'ok')).toEqual([]);
      expect(Math.max(...later.map((i) => readings.surprisalAt(i)))).toBeLessThan(3);
    }
    expect(shownOf(after, 'anomaly-score user-defined checkout').get('value checkout/user/requests')).toBeLessThan(100);
  });
});

describe('the same step twice', () => {
  it('counts once, and is named', () => {
    for (const track of tracksOf(TWICE)) {
      expect(seriesQuality(track, during.atMs).verdict).toBe('duplicate');
      expect(track.qualityAt(during.atMs)).toBe('ok');
    }
    expect(scoreOf(during, TWICE)).toBeLessThan(0.7);
    const checks = qualityChecks(shop.datasource.detection.newest!.service('catalog')!, after.atMs);
    expect(checks.find(({ name }) => name === 'times are unique')?.failures).toBeGreaterThan(40);
    expect(statesOf(TWICE, after).every(({ verdict, recent }) => verdict === 'ok' && recent === 'ok')).toBe(true);
  });
});

describe('times that go backwards', () => {
  it('are left out, and a notice says so', () => {
    const notices = JSON.stringify(during.frames.get('anomaly-score')?.[0]?.meta['notices']);
    expect(notices).toMatch(/cpu: dropped \d+ points that were out of order/);
    for (const { readings } of tracksOf(BACKWARDS)) {
      const times = Array.from({ length: readings.length }, (_, i) => readings.timeAt(i));
      expect(times).toEqual(times.toSorted((left, right) => left - right));
      expect(readings.qualityAt(readings.indexAt(after.atMs))).toBe('ok');
    }
  });
});

describe('a value that is no number at all', () => {
  it('makes the query that reads it a gap with its name, and nothing else', () => {
    expect(tracksOf(NO_NUMBER).map((track) => track.qualityAt(during.atMs))).toEqual(['gap']);
    const notices = JSON.stringify(during.frames.get('services')?.[0]?.meta['notices']);
    expect(notices).toMatch(/restarts: CAUSEWAY_PROM_BAD_REPLY/);
    expect(cellOf(during, 'checkout', 'state')).toBe('normal');
    expect(tracksOf(NO_NUMBER).map((track) => track.qualityAt(after.atMs))).toEqual(['constant']);
  });
});

describe.each([
  [BLOCKED, 'invalid'],
  [VANISHED, 'stale'],
])('a service whose signals are all blocked: %s', (service, why) => {
  it('is unknown, not normal', () => {
    expect(during.services.get(service)?.reading).toMatchObject({ kind: 'unknown', why });
    expect(shownOf(during, 'anomaly-score').get(`anomaly_score ${service}`)).toBeNull();
    expect(shownOf(during, 'data-quality').get(`failed_share ${service}`)).toBe(1);
    expect([cellOf(during, service, 'state'), cellOf(during, service, 'score')]).toEqual(['unknown', null]);
    expect(cellOf(during, service, 'reason')).toBe(why);
  });

  it('is judged again afterwards, and stays unknown for the time between', () => {
    expect(after.services.get(service)?.reading.kind).toBe('scored');
    expect(cellOf(after, service, 'state')).toBe('normal');
    expect(shop.datasource.detection.newest?.service(service)?.judge(during.atMs).reading.kind).toBe('unknown');
    const scores = after.frames.get('anomaly-score')?.flatMap(({ fields }) => fields) ?? [];
    const own = scores.find(({ name, labels }) => name === 'anomaly_score' && labels['service'] === service);
    expect(own?.values.slice(8, 46).filter((score) => score !== null)).toEqual([]);
  });
});

it('a service without latency and errors is unknown, whatever else is known', () => {
  for (const service of ['gateway', 'user']) {
    expect(cellOf(during, service, 'state')).toBe('unknown');
    expect(cellOf(after, service, 'state')).toBe('normal');
  }
});
