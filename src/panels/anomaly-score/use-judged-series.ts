import { useEffect, useMemo, useState } from 'react';
import type { DataFrame } from '@grafana/data';
import { type InputSelection, type InputSeries, toInputSeries } from './input-series.ts';
import { isCounter, judgeInSlices, type JudgeOptions } from './judge-series.ts';
import { hasScores, type ScoreSeries, toScoreSeries } from './score-series.ts';

/** What the panel shows: series with scores, whether more are being judged, and what was left out. */
export interface JudgedSeries {
  readonly series: readonly ScoreSeries[];
  /** Who judged: the backend, or this browser. */
  readonly by: 'backend' | 'browser';
  readonly progress: { readonly done: number; readonly total: number } | undefined;
  readonly notes: readonly string[];
}

/** Longest piece of work between two chances for the page to draw. */
const SLICE_MS = 8;
const COUNTERS = 'Growing counters are judged and shown by their rate per second.';
const NOTHING: InputSelection = { series: [], notes: [] };

interface Work {
  readonly inputs: readonly InputSeries[];
  readonly done: number;
  readonly result: readonly ScoreSeries[] | undefined;
}

/**
 * Scores as the backend sent them; any other time series is judged here, off the render path. While new data are being
 * judged the last result stays, so that nothing flickers.
 */
export function useJudgedSeries(frames: readonly DataFrame[], { detectors, harm, values }: JudgeOptions): JudgedSeries {
  const isJudged = useMemo(() => hasScores(frames), [frames]);
  const scored = useMemo(() => (isJudged ? toScoreSeries(frames) : []), [frames, isJudged]);
  const selection = useMemo(() => (isJudged ? NOTHING : toInputSeries(frames)), [frames, isJudged]);
  const inputs = selection.series;
  const [work, setWork] = useState<Work>({ inputs: [], done: 0, result: undefined });
  useEffect(() => {
    if (inputs.length === 0) {
      return undefined;
    }
    const controller = new AbortController();
    const judge = async () => {
      // Begins after the page has drawn.
      await nextTask();
      const result = await judgeInSlices(
        inputs,
        { detectors, harm, values },
        {
          sliceMs: SLICE_MS,
          nowMs: () => performance.now(),
          pause: nextTask,
          signal: controller.signal,
          onProgress: (done) => setWork((old) => ({ ...old, inputs, done })),
        }
      );
      if (result && !controller.signal.aborted) {
        setWork({ inputs, done: inputs.length, result });
      }
    };
    void judge();
    return () => controller.abort();
  }, [inputs, detectors, harm, values]);
  // The same arrays as long as nothing changed: a chart of many points is dear to draw.
  const counters = useMemo(
    () => new Set(inputs.filter((input) => isCounter(input, { detectors, harm, values }))),
    [inputs, detectors, harm, values]
  );
  const unjudged = useMemo(() => inputs.map((input) => toUnjudged(input, counters.has(input))), [inputs, counters]);
  if (isJudged || inputs.length === 0) {
    return { series: scored, by: 'backend', progress: undefined, notes: [] };
  }
  const isDone = work.inputs === inputs && work.done === inputs.length && work.result !== undefined;
  const last = work.result?.every(({ service }) => inputs.some(({ name }) => name === service))
    ? work.result
    : undefined;
  return {
    series: last ?? unjudged,
    by: 'browser',
    progress: isDone ? undefined : { done: work.inputs === inputs ? work.done : 0, total: inputs.length },
    notes: counters.size === 0 ? selection.notes : [...selection.notes, COUNTERS],
  };
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

/** A series before it is judged: its values, and no verdict on any of them. The rates of a counter are not known yet. */
function toUnjudged({ name, service, fieldUnit, timesMs, values }: InputSeries, isCounting: boolean): ScoreSeries {
  const none = timesMs.map(() => null);
  return {
    service: name,
    rcaService: service,
    timesMs,
    scores: none,
    signal: {
      unit: isCounting ? undefined : fieldUnit,
      values: values.map((value) =>
        !isCounting && typeof value === 'number' && Number.isFinite(value) ? value : null
      ),
      lower: none,
      upper: none,
    },
    notices: [],
  };
}
