import { describe, expect, it } from 'vitest';
import { FRAME_FIELDS } from '#contracts';
import type { SeasonalForecaster } from '#engine';
import type { ChangeEvent } from '#model';
import type { Datasource } from '../datasource/datasource.ts';
import { ForecastJobs } from '../forecast/forecast-jobs.ts';
import { createInProcessRunner } from '../forecast/forecast-runner.ts';
import { ForecastService } from '../forecast/forecast-service.ts';
import { SignalHistory } from '../forecast/signal-history.ts';
import { fakeHistory, type FakeSignal } from '../forecast/testing/fake-history.ts';
import { encodeFrame } from '../frames/encode-frame.ts';
import type { Frame } from '../frames/frame.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { answerBand } from './band.ts';
import { answerExhaustion } from './exhaustion.ts';
import { answerForecast } from './forecast.ts';
import type { PreparedQuery } from './prepare-query.ts';

const NOW = 1_700_002_800_000;
const STEP = 300_000;
const HOUR = 3_600_000;
const never = new AbortController().signal;
const seasonal: SeasonalForecaster = { forecast: (values, period, h) => values.slice(-period, h - period) };

const daily = (atMs: number): number =>
  0.5 + 0.1 * Math.sin((2 * Math.PI * atMs) / 86_400_000) + 0.01 * Math.sin(atMs / 77_777);
const ramp = (atMs: number): number => daily(atMs) + Math.max(0, atMs - (NOW - 12 * STEP)) * (0.03 / STEP);
const memory = (service: string, valueAt: FakeSignal['valueAt']): FakeSignal => ({
  service,
  kind: 'memory-utilisation',
  valueAt,
});

function setUp(signals: readonly FakeSignal[], changes?: readonly ChangeEvent[]) {
  const fake = fakeHistory(signals);
  const clock = manualClock(NOW);
  const forecasts = new ForecastService({
    history: new SignalHistory({ source: fake.source, stepSeconds: 300, clock }),
    runner: createInProcessRunner(
      new ForecastJobs(
        () => undefined,
        async () => seasonal
      )
    ),
    clock,
    settings: { signals: [], utilisationLimit: 1 },
    changes: changes && (async () => changes),
  });
  // Only what these queries read.
  return { fake, clock, forecasts, datasource: { forecasts, clock } as unknown as Datasource };
}

function prepared(query: Partial<PreparedQuery['query']>, rest: Partial<PreparedQuery> = {}): PreparedQuery {
  return {
    query: { refId: 'A', queryType: 'forecast', ...query },
    signal: 'memory-utilisation',
    fromMs: NOW - 6 * HOUR,
    toMs: NOW + HOUR,
    maxPoints: 1000,
    fromAlert: false,
    ...rest,
  };
}

const column = (frames: readonly Frame[], name: string): readonly unknown[] => {
  const values: Iterable<unknown> =
    frames.flatMap(({ fields }) => fields).find((field) => field.name === name)?.values ?? [];
  return [...values];
};
const timesOf = (frames: readonly Frame[], name: string): readonly unknown[] =>
  column(
    frames.filter(({ fields }) => fields.some((field) => field.name === name)),
    FRAME_FIELDS.time
  );
const notices = (frames: readonly Frame[]): string => JSON.stringify(frames[0]?.meta?.notices ?? []);

describe('forecast', () => {
  it('shows the value up to now and an hour beyond, first without and then with its band', async () => {
    const { datasource } = setUp([memory('a', daily)]);
    const first = await answerForecast(datasource, prepared({}), never);
    expect(first.map(({ fields }) => fields[1]?.name)).toEqual(['value', 'forecast', 'lower', 'upper']);
    expect(timesOf(first, 'value').at(-1)).toBe(NOW);
    expect(timesOf(first, 'forecast')).toEqual(Array.from({ length: 12 }, (_, i) => NOW + (i + 1) * STEP));
    expect(column(first, 'lower').every((value) => value === null)).toBe(true);
    expect(notices(first)).toContain('no band yet');
    await new Promise((resolve) => {
      setTimeout(resolve, 0);
    });
    const second = await answerForecast(datasource, prepared({}), never);
    column(second, 'forecast').forEach((value, i) => {
      expect(Math.abs(Number(value) - daily(NOW + (i + 1) * STEP))).toBeLessThan(0.03);
      expect(column(second, 'lower')[i]).toBeLessThan(Number(value));
      expect(column(second, 'upper')[i]).toBeGreaterThan(Number(value));
    });
    expect(notices(second)).toBe('[]');
    second.forEach((frame) => expect(encodeFrame(frame).length).toBeGreaterThan(0));
    expect(second[1]).toMatchObject({
      meta: { type: 'timeseries-multi', executedQueryString: 'q' },
      fields: [
        {},
        { nullable: true, labels: { service: 'a', signal: 'a/memory-utilisation' }, config: { unit: 'percentunit' } },
      ],
    });
  });

  it('begins at the end of a range in the past', async () => {
    const { datasource } = setUp([memory('a', daily)]);
    const toMs = NOW - 2 * 86_400_000;
    const frames = await answerForecast(datasource, prepared({}, { fromMs: toMs - HOUR, toMs }), never);
    expect(timesOf(frames, 'value').at(-1)).toBe(toMs);
    expect(timesOf(frames, 'forecast')[0]).toBe(toMs + STEP);
  });

  it('shows the value alone and the reason where there is a gap', async () => {
    const holes = (atMs: number): number | undefined =>
      atMs > NOW - 9 * STEP && atMs <= NOW - 5 * STEP ? undefined : daily(atMs);
    const { datasource } = setUp([memory('a', holes), memory('b', daily)]);
    const frames = await answerForecast(datasource, prepared({ service: 'a' }), never);
    expect(frames.map(({ fields }) => fields[1]?.name)).toEqual(['value']);
    expect(notices(frames)).toMatch(/a\/memory-utilisation: no forecast. 4 points are missing/);
  });

  it('says when a limit is ahead', async () => {
    const { datasource } = setUp([memory('a', ramp)]);
    const frames = await answerForecast(datasource, prepared({}), never);
    expect(notices(frames)).toMatch(/the limit 1 is ahead in \d+ min/);
  });

  it('is one empty typed frame where there is no signal, and refuses to forecast nothing', async () => {
    const { datasource } = setUp([]);
    expect(await answerForecast(datasource, prepared({}), never)).toEqual([
      { refId: 'A', meta: expect.objectContaining({ type: 'timeseries-multi' }), fields: [] },
    ]);
    await expect(answerForecast(datasource, prepared({}, { signal: undefined }), never)).rejects.toMatchObject({
      code: 'CAUSEWAY_QUERY_INVALID',
    });
  });

  it('backtests again after six hours, not before', async () => {
    const { datasource, clock, fake } = setUp([memory('a', daily)]);
    const band = async (nowMs: number): Promise<unknown> => {
      clock.set(nowMs);
      const frames = await answerForecast(datasource, prepared({}, { toMs: nowMs + HOUR }), never);
      await new Promise((resolve) => {
        setTimeout(resolve, 0);
      });
      return Number(column(frames, 'upper')[0]) - Number(column(frames, 'forecast')[0]);
    };
    await band(NOW);
    const widths = [
      await band(NOW + HOUR),
      await band(NOW + 5 * HOUR),
      await band(NOW + 7 * HOUR),
      await band(NOW + 8 * HOUR),
    ];
    expect(widths[1]).toBeCloseTo(Number(widths[0]), 12);
    expect(widths[2]).toBeCloseTo(Number(widths[0]), 12);
    expect(Math.abs(Number(widths[3]) - Number(widths[0]))).toBeGreaterThan(1e-9);
    expect(fake.reads[0]?.window.toMs).toBe(NOW + 1);
  });
});

describe('exhaustion', () => {
  const query = (rest: Partial<PreparedQuery['query']> = {}): PreparedQuery =>
    prepared({ queryType: 'exhaustion', ...rest }, { signal: undefined, toMs: NOW, fromAlert: true });

  it('is one nullable number per resource: seconds, 0 when reached, null when none is in sight', async () => {
    const { datasource } = setUp([
      memory('calm', daily),
      memory('full', (atMs) => (atMs === NOW ? 1 : daily(atMs))),
      memory('rising', ramp),
      { service: 'rising', kind: 'latency', valueAt: ramp },
    ]);
    const frames = await answerExhaustion(datasource, query(), never);
    expect(frames.map(({ fields }) => [fields[0]?.labels?.['service'], fields[0]?.values[0]])).toEqual([
      ['calm', null],
      ['full', 0],
      ['rising', expect.any(Number)],
    ]);
    expect(frames[2]?.fields[0]?.values[0]).toBeGreaterThan(0);
    expect(frames[2]?.fields[0]?.values[0]).toBeLessThanOrEqual(3600);
    for (const frame of frames) {
      expect(frame).toMatchObject({ meta: { type: 'numeric-multi', typeVersion: [0, 1] } });
      expect(frame.fields).toMatchObject([{ name: FRAME_FIELDS.exhaustion, kind: 'number', nullable: true }]);
      expect(encodeFrame(frame).length).toBeGreaterThan(0);
    }
    const one = await answerExhaustion(datasource, query({ service: 'rising' }), never);
    expect(one.map(({ fields }) => fields[0]?.labels)).toEqual([
      { service: 'rising', signal: 'rising/memory-utilisation' },
    ]);
  });

  it('is unknown with the reason where there is too little history or a gap', async () => {
    const { datasource } = setUp([
      memory('young', (atMs) => (atMs > NOW - 10 * STEP ? daily(atMs) : undefined)),
      memory('silent', (atMs) => (atMs < NOW - 10 * STEP ? daily(atMs) : undefined)),
    ]);
    const frames = await answerExhaustion(datasource, query(), never);
    expect(frames.map(({ fields }) => fields[0]?.values)).toEqual([[null], [null]]);
    expect(notices(frames)).toMatch(/young\/memory-utilisation: There are 10 points/);
    expect(notices(frames)).toMatch(/silent\/memory-utilisation: .* points are missing/);
  });

  it('is suppressed after a deployment of the service', async () => {
    const deploy: ChangeEvent = { atMs: NOW - 2 * STEP, kind: 'deploy', service: 'rising', summary: 'v2' };
    const { datasource } = setUp([memory('rising', ramp)], [deploy]);
    const frames = await answerExhaustion(datasource, query(), never);
    expect(frames[0]?.fields[0]?.values).toEqual([null]);
    expect(notices(frames)).toMatch(/a deployment was 2 points ago/);
  });

  it('does not look for values after now', async () => {
    const { datasource } = setUp([memory('rising', ramp)]);
    const ahead = { ...query(), toMs: NOW + 24 * HOUR };
    expect((await answerExhaustion(datasource, ahead, never))[0]?.fields[0]?.values).toEqual([expect.any(Number)]);
  });

  it('is judged once per step, and one empty typed frame where nothing has a limit', async () => {
    const { datasource, fake } = setUp([memory('a', daily)]);
    await Promise.all([answerExhaustion(datasource, query(), never), answerExhaustion(datasource, query(), never)]);
    expect(fake.reads).toHaveLength(1);
    expect(await answerExhaustion(setUp([]).datasource, query(), never)).toEqual([
      { refId: 'A', meta: { type: 'numeric-multi', typeVersion: [0, 1] }, fields: [] },
    ]);
  });
});

describe('band', () => {
  it.each(['day-three-sigma', 'weekly'] as const)('shows the %s band with its flag', async (band) => {
    const spike = (atMs: number): number => (atMs === NOW - HOUR ? 5 : daily(atMs));
    const { datasource } = setUp([memory('a', spike)]);
    const frames = await answerBand(datasource, prepared({ queryType: 'band', band }), never);
    expect(frames.map(({ fields }) => fields[1]?.name)).toEqual(['value', 'lower', 'upper', 'flag']);
    const at = timesOf(frames, 'flag').indexOf(NOW - HOUR);
    expect(column(frames, 'flag')[at]).toBe(1);
    expect(column(frames, 'flag').filter((flag) => flag === 1).length).toBeLessThan(8);
    expect(timesOf(frames, 'flag').at(-1)).toBe(NOW);
    frames.forEach((frame) => expect(encodeFrame(frame).length).toBeGreaterThan(0));
  });

  it('is null with a reason where there is too little history', async () => {
    const { datasource } = setUp([memory('a', (atMs) => (atMs > NOW - 3 * HOUR ? daily(atMs) : undefined))]);
    const frames = await answerBand(datasource, prepared({ queryType: 'band', band: 'day-three-sigma' }), never);
    expect(column(frames, 'upper').every((value) => value === null)).toBe(true);
    expect(notices(frames)).toMatch(/less than 12 of the 24 hours/);
  });

  it('needs a signal', async () => {
    const asked = answerBand(setUp([]).datasource, prepared({ queryType: 'band' }, { signal: undefined }), never);
    await expect(asked).rejects.toMatchObject({ code: 'CAUSEWAY_QUERY_INVALID' });
  });
});
