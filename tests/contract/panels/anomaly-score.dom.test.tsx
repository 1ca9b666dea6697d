import type { DataFrame } from '@grafana/data';
import { describe, expect, it } from 'vitest';
import { DetectionRuntime, encodeFrame, runtimeConfig, type SignalPoints } from '#backend';
import type { AnomalyReading, DetectionTier, Harm, QualityVerdict, Unit } from '#model';
import type { Datasource } from '../../../src/backend/datasource/datasource.ts';
import { answerAnomalyScore } from '../../../src/backend/queries/anomaly-score.ts';
import { toInputSeries } from '../../../src/panels/anomaly-score/input-series.ts';
import { SeriesJudge } from '../../../src/panels/anomaly-score/judge-series.ts';
import { type ScoreSeries, toScoreSeries } from '../../../src/panels/anomaly-score/score-series.ts';
import { toScoreLevel } from '../../../src/ui/index.ts';
import { decodeFrame } from '../../support/plugin-driver/decode-frame.ts';

const STEP_MS = 15_000;
const POINTS = 900;
const START_MS = Date.UTC(2026, 0, 5, 6);
/** The backend keeps its readings as 32-bit floats. */
const PRECISION = 1e-6;

/** Values by step; undefined where no point is. */
interface Case {
  readonly service: string;
  readonly unit: Unit;
  /** The unit as a field of Grafana names it. */
  readonly fieldUnit: string | undefined;
  readonly harm: Harm;
  readonly metric?: string;
  readonly at: (index: number) => number | undefined;
  /** What has to be found, so that the case is what it says. */
  readonly codes: readonly string[];
}

function noise(index: number, seed: number): number {
  const bits = Math.imul(index + 1, 2_654_435_761) ^ Math.imul(seed, 40_503);
  return ((Math.imul(bits ^ (bits >>> 15), 2_246_822_519) >>> 0) / 2 ** 32 - 0.5) * 2;
}

const latency = (index: number) => 0.1 + 0.02 * Math.sin(index / 90) + 0.01 * noise(index, 1);
const counted = (index: number) =>
  1000 * Math.trunc(index / 400) + (index % 400) * 30 + Math.trunc(5 * noise(index, 2));

const CASES: readonly Case[] = [
  {
    service: 'jump',
    unit: 'seconds',
    fieldUnit: 's',
    harm: 'up',
    at: (index) => latency(index) + (index > 850 ? 0.6 : 0),
    codes: ['ok', 'warming-up'],
  },
  {
    service: 'gaps',
    unit: 'seconds',
    fieldUnit: 's',
    harm: 'both',
    // One step, three steps, five minutes, an hour.
    at: (index) =>
      index === 300 || (index > 400 && index < 404) || (index > 500 && index < 521) || (index > 600 && index < 841)
        ? undefined
        : latency(index),
    codes: ['ok', 'gap'],
  },
  {
    service: 'not-a-number',
    unit: 'dimensionless',
    fieldUnit: undefined,
    harm: 'down',
    at: (index) =>
      index % 97 === 50 ? Number.NaN : index % 89 === 40 ? Number.POSITIVE_INFINITY : 50 + 5 * noise(index, 3),
    codes: ['ok', 'invalid'],
  },
  {
    service: 'ratio',
    unit: 'ratio',
    fieldUnit: 'percentunit',
    harm: 'up',
    at: (index) => 0.2 + 0.05 * noise(index, 4),
    codes: ['ok'],
  },
  {
    service: 'negative',
    unit: 'seconds',
    fieldUnit: 's',
    harm: 'up',
    at: (index) => (index % 211 === 200 ? -1 : latency(index)),
    codes: ['ok', 'out-of-range'],
  },
  {
    service: 'stale',
    unit: 'per-second',
    fieldUnit: 'reqps',
    harm: 'both',
    at: (index) => (index < 500 ? 100 + 9 * noise(index, 5) : 104.5),
    codes: ['ok', 'stale'],
  },
  { service: 'constant', unit: 'bytes', fieldUnit: 'bytes', harm: 'up', at: () => 512, codes: ['constant'] },
  {
    service: 'sparse',
    unit: 'per-second',
    fieldUnit: 'reqps',
    harm: 'up',
    at: (index) => (index % 31 === 0 ? 1 + noise(index, 6) : 0),
    codes: ['sparse'],
  },
  {
    service: 'counter',
    unit: 'dimensionless',
    fieldUnit: undefined,
    harm: 'both',
    metric: 'orders_total',
    at: counted,
    codes: ['ok', 'counter-reset'],
  },
  {
    service: 'young',
    unit: 'seconds',
    fieldUnit: 's',
    harm: 'up',
    at: (index) => (index < POINTS - 45 ? undefined : latency(index)),
    codes: ['warming-up'],
  },
  {
    service: 'ended',
    unit: 'seconds',
    fieldUnit: 's',
    harm: 'up',
    at: (index) => (index < 700 ? latency(index) : undefined),
    codes: ['ok'],
  },
];

/** The points of a case, as Prometheus gives them. */
function pointsOf({ at }: Case): { readonly timesMs: readonly number[]; readonly values: readonly number[] } {
  const points = Array.from({ length: POINTS }, (_, index) => [START_MS + index * STEP_MS, at(index)] as const);
  const known = points.flatMap(([atMs, value]) => (value === undefined ? [] : [[atMs, value] as const]));
  return { timesMs: known.map(([atMs]) => atMs), values: known.map(([, value]) => value) };
}

/** The runtime of the backend, and its frames after they went over the wire. */
async function judgeInBackend(tier: DetectionTier) {
  const runtime = new DetectionRuntime(
    runtimeConfig({ collectSeconds: STEP_MS / 1000, detectSeconds: STEP_MS / 1000 })
  );
  const signals = CASES.map((item): SignalPoints => {
    const { service, unit, harm, metric = 'own' } = item;
    const counter = item.metric === undefined ? {} : { counter: true };
    const id = `${service}/user/${metric}`;
    return { id, service, kind: 'user-defined', unit, harm, query: metric, tier, ...counter, ...pointsOf(item) };
  });
  const toMs = START_MS + (POINTS - 1) * STEP_MS;
  runtime.advance(signals, toMs);
  const datasource = {
    clock: { now: () => toMs + STEP_MS },
    detection: { current: async () => ({ runtime, gaps: [] }), covers: () => true },
  } as unknown as Datasource;
  const query = { refId: 'A', queryType: 'anomaly-score', service: '' } as never;
  const range = { fromMs: START_MS, toMs, maxPoints: POINTS, fromAlert: false };
  const frames = await answerAnomalyScore(
    datasource,
    { query, signal: 'user-defined', ...range },
    new AbortController().signal
  );
  return { runtime, frames: frames.map((frame) => toDataFrame(encodeFrame(frame))) };
}

function toDataFrame(bytes: Uint8Array): DataFrame {
  const { name, meta, fields } = decodeFrame(bytes);
  return {
    name,
    meta,
    length: fields[0]?.values.length ?? 0,
    fields: fields.map((field) => ({ ...field, type: field.name === 'time' ? 'time' : 'number' })),
  } as unknown as DataFrame;
}

/** What the panel makes of the same points, when they come from any other data source. */
function judgeInPanel(item: Case, detectors: DetectionTier): ScoreSeries {
  const { timesMs, values } = pointsOf(item);
  const labels = { service: item.service, ...(item.metric === undefined ? {} : { __name__: item.metric }) };
  const config = item.fieldUnit === undefined ? {} : { unit: item.fieldUnit };
  const frame = {
    length: timesMs.length,
    fields: [
      { name: 'Time', type: 'time', values: timesMs, config: {} },
      { name: 'Value', type: 'number', values, config, labels },
    ],
  } as unknown as DataFrame;
  const { series, notes } = toInputSeries([frame]);
  expect(notes).toEqual([]);
  const judge = new SeriesJudge(series[0]!, { detectors, harm: item.harm });
  judge.advance(Number.POSITIVE_INFINITY);
  return judge.finish();
}

type Column = ReadonlyArray<number | null>;

/** Where two columns differ by more than the precision; unknown equals unknown alone. */
function differences(timesMs: readonly number[], left: Column, right: Column): readonly string[] {
  return timesMs.flatMap((atMs, index) => {
    const [a = null, b = null] = [left[index], right[index]];
    const isEqual = a === null || b === null ? a === b : Math.abs(a - b) <= PRECISION * Math.max(1, Math.abs(a));
    return isEqual ? [] : [`step ${(atMs - START_MS) / STEP_MS}: ${a} and ${b}`];
  });
}

/** A column of points on the grid of the backend's frames: null where there is no point. */
function onGrid(grid: readonly number[], { timesMs }: ScoreSeries, column: Column): Column {
  const known = new Map(timesMs.map((atMs, index) => [atMs, column[index] ?? null]));
  return grid.map((atMs) => known.get(atMs) ?? null);
}

/** The same, where a score stands for the two steps after its point, as alert rules read it. */
function heldOnGrid(grid: readonly number[], { timesMs, scores }: ScoreSeries): Column {
  return grid.map((atMs) => {
    const newest = timesMs.findLastIndex((time) => time <= atMs);
    return newest >= 0 && atMs - (timesMs[newest] ?? 0) <= 2 * STEP_MS ? (scores[newest] ?? null) : null;
  });
}

function codeOf(reading: AnomalyReading, quality: QualityVerdict): string {
  return reading.kind === 'unknown' ? reading.why : quality;
}

describe.each(['light', 'full'] as const)('the panel and the frames of the backend, %s', (tier) => {
  const backend = judgeInBackend(tier);

  it.each(CASES)('agree about every point: $service', async (item) => {
    const { frames } = await backend;
    const sent = toScoreSeries(frames).find(({ rcaService }) => rcaService === item.service);
    const own = judgeInPanel(item, tier);
    const grid = sent?.timesMs ?? [];
    expect(grid).toHaveLength(POINTS);
    const held = heldOnGrid(grid, own);
    expect(differences(grid, sent?.scores ?? [], held), 'score').toEqual([]);
    expect(sent?.scores.map(toScoreLevel), 'level').toEqual(held.map(toScoreLevel));
    const apart = (['values', 'lower', 'upper'] as const).flatMap((column) => {
      const mine = onGrid(grid, own, own.signal?.[column] ?? []);
      return differences(grid, sent?.signal?.[column] ?? [], mine).map((text) => `${column}, ${text}`);
    });
    expect(apart).toEqual([]);
  });

  it.each(CASES)('agree about the quality of every point: $service', async (item) => {
    const { runtime } = await backend;
    const [track] = runtime.service(item.service)?.series.values() ?? [];
    const own = judgeInPanel(item, tier);
    const readings = track!.readings;
    const codes = Array.from({ length: readings.length }, (_, index) =>
      codeOf(readings.readingAt(index), readings.qualityAt(index))
    );
    expect(own.codes).toEqual(codes);
    expect(new Set(codes)).toEqual(new Set([...codes, ...item.codes]));
  });

  it('have something to agree about', async () => {
    const { frames } = await backend;
    const scores = toScoreSeries(frames).flatMap((series) => series.scores);
    expect(scores.filter((score) => toScoreLevel(score) === 'critical').length).toBeGreaterThan(10);
    expect(scores.filter((score) => toScoreLevel(score) === 'normal').length).toBeGreaterThan(3000);
    expect(scores.filter((score) => score === null).length).toBeGreaterThan(1000);
  });
});
