import React from 'react';
import { cleanup, fireEvent, render, renderHook, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { parseRcaUrl } from '#model';
import { TEST_IDS } from '#ui';
import { toSegments } from './score-segments.ts';
import type { ScoreSeries } from './score-series.ts';
import { ScoreStrip } from './ScoreStrip.tsx';
import { useJudgedSeries } from './use-judged-series.ts';

afterEach(cleanup);

const MINUTE = 60_000;
const HOUR = 3_600_000;
const SCORES = [null, 0.1, 0.1, 0.82, 0.97, 0.1];
const SERIES: ScoreSeries = {
  service: 'payment/latency/p99',
  rcaService: 'payment',
  timesMs: SCORES.map((_, index) => HOUR + index * MINUTE),
  scores: SCORES,
  codes: ['warming-up', 'ok', 'ok', 'ok', 'ok', 'constant'],
  reasons: new Map([[4, 'Value 3.3 s is above everything seen.']]),
  notices: [],
};
const WINDOW = { fromMs: HOUR, toMs: HOUR + 6 * MINUTE };

function renderStrip(series: ScoreSeries) {
  render(
    <ScoreStrip
      rows={[{ series, segments: toSegments(series, WINDOW) }]}
      window={WINDOW}
      box={{ left: 50, width: 600 }}
      showNames={false}
    />
  );
  return screen.getAllByTestId(TEST_IDS.panel.segment);
}

describe('the strip', () => {
  it('draws stretches, each with its level and what is to be said about its data', () => {
    const segments = renderStrip(SERIES);
    expect(segments.map(({ dataset }) => `${dataset.level} ${dataset.code}`)).toEqual([
      'unknown warming-up',
      'normal ok',
      'critical ok',
      'normal constant',
    ]);
    expect(segments[2]?.dataset.sign, 'not by colour alone').toBe('9');
  });

  it('leads from an anomalous stretch to the cause, around its time', () => {
    const link = renderStrip(SERIES)[2] as HTMLElement;
    expect(link.getAttribute('aria-label')).toContain('Critical 0.97. Value 3.3 s is above everything seen.');
    expect(parseRcaUrl(link.getAttribute('href') ?? '')).toEqual({
      service: 'payment',
      from: String(HOUR + 3 * MINUTE - HOUR / 2),
      to: String(HOUR + 5 * MINUTE),
    });
  });

  it('has no link where nobody knows the service, and is still read with the keyboard', () => {
    const [unknown, , stretch] = renderStrip({ ...SERIES, rcaService: undefined });
    expect(screen.queryByRole('link')).toBeNull();
    fireEvent.focus(stretch as HTMLElement);
    expect(screen.getByRole('tooltip').textContent).toContain('Critical 0.97');
    fireEvent.blur(stretch as HTMLElement);
    expect(screen.queryByRole('tooltip')).toBeNull();
    expect(unknown?.getAttribute('aria-label')).toContain('Unknown: still learning what is usual');
  });
});

describe('judging in the browser', () => {
  const frame = (length: number) =>
    ({
      length,
      fields: [
        { name: 'Time', type: 'time', config: {}, values: Array.from({ length }, (_, index) => index * MINUTE) },
        {
          name: 'Value',
          type: 'number',
          config: {},
          labels: { service: 'payment' },
          values: Array.from({ length }, (_, index) => Math.sin(index) + (index > length - 5 ? 50 : 0)),
        },
      ],
    }) as never;

  it('shows the values at once, as unknown, and the scores when they are made', async () => {
    const frames = [frame(600)];
    const { result } = renderHook(() => useJudgedSeries(frames, { detectors: 'light', harm: 'up' }));
    expect(result.current).toMatchObject({ by: 'browser', progress: { done: 0, total: 1 } });
    expect(result.current.series[0]?.scores.every((score) => score === null)).toBe(true);
    expect(result.current.series[0]?.signal?.values[1]).toBeCloseTo(Math.sin(1));
    await waitFor(() => expect(result.current.progress).toBeUndefined());
    expect(result.current.series[0]?.scores.at(-1)).toBeGreaterThan(0.7);
    expect(result.current.series[0]?.rcaService).toBe('payment');
  });

  it('keeps the last scores while new data are being judged', async () => {
    const first = [frame(600)];
    const second = [frame(620)];
    const { result, rerender } = renderHook(
      ({ frames }) => useJudgedSeries(frames, { detectors: 'light', harm: 'up' }),
      { initialProps: { frames: first } }
    );
    await waitFor(() => expect(result.current.progress).toBeUndefined());
    rerender({ frames: second });
    expect(result.current.progress).toBeDefined();
    expect(result.current.series[0]?.scores.some((score) => score !== null)).toBe(true);
    await waitFor(() => expect(result.current.progress).toBeUndefined());
    expect(result.current.series[0]?.timesMs).toHaveLength(620);
  });

  it('leaves scores of the backend as they are', () => {
    const frames = [
      {
        length: 2,
        fields: [
          { name: 'time', type: 'time', config: {}, values: [0, MINUTE] },
          { name: 'anomaly_score', type: 'number', config: {}, labels: { service: 'payment' }, values: [0.1, null] },
        ],
      } as never,
    ];
    const { result } = renderHook(() => useJudgedSeries(frames, { detectors: 'light', harm: 'up' }));
    expect(result.current.by).toBe('backend');
    expect(result.current.series[0]?.scores).toEqual([0.1, null]);
  });
});
